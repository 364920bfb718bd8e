// The guardian's one loop: its socket, its children, its launches, its timer.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guardian/warden.hpp"
#include "guardian/wire.hpp"
#include "system/clock.hpp"
#include "system/fd.hpp"
#include "system/process.hpp"
#include "system/signals.hpp"

namespace dtest::guardian {

/// Does what the Warden decides. Nothing in it blocks. Lives in a process of its own, with one thread.
class GuardLoop {
 public:
  explicit GuardLoop(system::UniqueFd socket);
  /// Until the other end has gone and nothing of the session is left. Returns the exit status.
  int run();

 private:
  struct Starting {
    Token token;
    system::SpawnSpec spec;
    system::Launch launch;
  };

  void wait();
  void receive();
  void obey(Command command);
  void configure(Configure command);
  void start(const Spec& spec);
  void adopt(const Adopt& command);
  void settle(Starting& starting);
  void settle_launches();
  void reap();
  void take_turn();
  void send_events();
  void hang_up();
  [[nodiscard]] int timeout_ms() const;
  [[nodiscard]] std::optional<system::Process> if_ours(pid_t pid) const;

  system::UniqueFd socket_;
  system::SignalFd children_;
  system::SystemClock clock_;
  Configure options_;
  std::unique_ptr<Warden> warden_;  // once configured
  std::vector<Starting> starting_;
  std::deque<std::string> out_;
  base::Duration sweep_{1'000'000};
  bool closing_ = false;
};

}  // namespace dtest::guardian
