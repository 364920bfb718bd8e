// Helpers for tests with real processes. Whatever they start bears a mark, and is gone when the test ends.
#pragma once
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "support/signpost.hpp"
#include "system/pidfd.hpp"
#include "system/proc_table.hpp"
#include "system/process.hpp"
#include "system/random.hpp"

namespace dtest::support {

inline bool alive(pid_t pid) {
  const auto process = system::read_process(pid);
  return process && !process->ended();
}

/// Looks every millisecond, for what nothing tells of (a process's state). False when it does not come true.
template <class Condition>
bool wait_until(Condition condition, base::Duration patience = kPatience) {
  const base::Instant end = system::SystemClock().now() + patience;
  while (!condition()) {
    if (system::SystemClock().now() >= end) return false;
    ::poll(nullptr, 0, 1);
  }
  return true;
}

/// Waits for the end of any process, child or not. False when it goes on.
inline bool ends(pid_t pid, base::Duration patience = kPatience) {
  const auto pidfd = system::open_pidfd(pid);
  pollfd ended{pidfd.get(), POLLIN, 0};
  return !pidfd || ::poll(&ended, 1, left_ms(system::SystemClock().now() + patience)) == 1;
}

/// A mark of this test's processes (NAME=value in their environment); kills what bears it when destroyed, and reaps
/// what became this process's child by that.
class Marked {
 public:
  explicit Marked(std::string name) : name_(std::move(name)) { system::become_subreaper(); }
  Marked(const Marked&) = delete;
  Marked& operator=(const Marked&) = delete;
  ~Marked() {
    for (int round = 0; round < 50; ++round) {
      const auto left = all();
      for (const auto& p : left) system::signal_process(p, SIGKILL);
      for (const auto& p : left) ends(p.pid);
      if (left.empty()) break;
    }
    system::reap_strays({});
  }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] std::vector<system::Process> all() const {
    return system::marked(system::ProcTable::read(), name_, value_);
  }

 private:
  std::string name_;
  std::string value_ = "test-" + std::to_string(::getpid()) + "-" + std::to_string(system::random_u64());
};

}  // namespace dtest::support
