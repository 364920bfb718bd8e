// Removes workspaces that nobody uses any more, in a process of its own: the daemon must not wait for a disk.
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"
#include "bus/loop.hpp"
#include "system/locked_tree.hpp"
#include "system/process.hpp"

namespace dtest::daemon {

/// First argument of our own program when it is to sweep.
constexpr const char* kSweepArgument = "--sweep-workspaces";

/// When to sweep: soon after it is first woken, and every hour.
class Sweeper {
 public:
  struct Setting {
    std::string exe;        ///< our own program
    std::string work_dir;
    system::TreeKeep keep;
  };
  Sweeper(Setting setting, bus::Loop& loop) : setting_(std::move(setting)), loop_(loop) {}

  /// There is, or was, somebody with a workspace.
  void wake() {
    if (next_ == base::kNever) next_ = {};
  }
  void tick(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const { return child_ ? base::kNever : next_; }

 private:
  Setting setting_;
  bus::Loop& loop_;
  base::Instant next_ = base::kNever;
  std::optional<system::Child> child_;
  bus::Loop::Watch watch_;
};

/// The program of that process: argv[2] directory, [3] age in seconds, [4] bytes.
int sweep_main(int argc, char** argv);

}  // namespace dtest::daemon
