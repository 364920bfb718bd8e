// What the bus tests share: children, a directory, waiting with a limit.
#pragma once
#include <gtest/gtest.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "bus/context.hpp"
#include "bus/endpoint.hpp"
#include "bus/loop.hpp"

namespace dtest::bus::test {

/// A bus_peer process. Its end kills and reaps it.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments);
  ~Child();
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;
  /// The next line of its standard output; empty at its end.
  std::string line();
  void signal(int number) const;
  /// Waits for its end; the status of waitpid.
  int wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
};

/// A private directory with short endpoints, removed at the end.
class Directory {
 public:
  Directory();
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  [[nodiscard]] Endpoint endpoint(const std::string& name) const { return Endpoint::at(path_ + "/" + name); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

base::Instant clock_now();

struct BusTest : testing::Test {
  static constexpr base::Duration kLimit{20'000'000};
  static constexpr base::Duration kTurn{2000};  // for conditions that no source tells of
  Directory directory;
  Context context;
  Loop loop{clock_now};

  /// Turns the loop until this is true; false when it is not within kLimit.
  bool turn_until(const std::function<bool()>& done);
};

}  // namespace dtest::bus::test
