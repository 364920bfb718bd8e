// The console on the terminal.
#pragma once
#include <memory>
#include <string>

#include "base/time.hpp"
#include "config/options.hpp"
#include "report/console.hpp"
#include "terminal/terminal.hpp"

namespace dtest::cli {

class ScreenOutput {
 public:
  /// `run`: hexadecimal; `kept`: commands may name it. Writes to standard output.
  ScreenOutput(const config::RunOptions& options, const std::string& run, bool kept);

  [[nodiscard]] report::Console& console() { return *console_; }
  void tick(base::Instant now);
  /// Takes away what moves, before the program is stopped; resume() brings it back.
  void pause();
  void resume();
  /// This is a background job, and the terminal stops those that write to it (stty tostop).
  [[nodiscard]] bool stops_us() const;
  /// The terminal's size changed.
  void resize();
  void warn(const std::string& text) { terminal_->permanent("dtest: " + text + "\n"); }
  /// Lines for another program that reads this output.
  void print(const std::string& lines) { terminal_->permanent(lines); }
  /// Writes what waits; gives up on a terminal that nobody reads.
  void close();

 private:
  int fd_;
  std::unique_ptr<terminal::Terminal> terminal_;
  std::unique_ptr<report::Console> console_;
};

}  // namespace dtest::cli
