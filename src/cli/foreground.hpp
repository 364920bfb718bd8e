// A program on the person's terminal, as if the shell had started it.
#pragma once
#include <termios.h>

#include <optional>
#include <string>
#include <vector>

#include "system/exit_status.hpp"
#include "system/process.hpp"
#include "system/signals.hpp"

namespace dtest::cli {

/// Owns the signals of this process and the modes of its terminal while it lives: ctrl-C, ctrl-\ and ctrl-Z are the
/// program's, and what it leaves of the terminal is put right. One at a time; make it before any thread starts.
class Foreground {
 public:
  /// `mark`: of the processes that are started, by which what they leave behind is found.
  explicit Foreground(std::string mark);
  /// Kills what is left, and restores the terminal.
  ~Foreground();
  Foreground(const Foreground&) = delete;
  Foreground& operator=(const Foreground&) = delete;

  /// Runs it to its end with standard input, output and error of this process. TERM and HUP are passed on; then none
  /// is started any more. Throws base::Error (config) when it cannot be started.
  system::ExitStatus run(const std::vector<std::string>& argv, const system::EnvChanges& env, const std::string& cwd);
  /// The signal by which a person or the system asked us to end, or 0.
  [[nodiscard]] int asked_to_end() const { return asked_; }

 private:
  void pass_on(const system::SignalInfo& signal, int pid);

  std::string mark_;
  system::SignalFd signals_;
  std::optional<termios> modes_;
  int asked_ = 0;
};

}  // namespace dtest::cli
