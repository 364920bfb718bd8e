#include "cli/screen_output.hpp"

#include <unistd.h>

#include "terminal/facts.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kLastWords = std::chrono::seconds(5);
constexpr base::Duration kFlush = std::chrono::milliseconds(200);

terminal::When when(config::Color color) {
  switch (color) {
    case config::Color::always: return terminal::When::always;
    case config::Color::never: return terminal::When::never;
    case config::Color::automatic: break;
  }
  return terminal::When::automatic;
}

report::Format format(config::Format format) {
  switch (format) {
    case config::Format::files: return report::Format::files;
    case config::Format::quiet: return report::Format::quiet;
    case config::Format::progress: break;
  }
  return report::Format::progress;
}

}  // namespace

ScreenOutput::ScreenOutput(const config::RunOptions& options, const std::string& run, bool kept)
    : fd_(STDOUT_FILENO) {
  terminal::Facts facts = terminal::facts_of(fd_, when(options.color), terminal::process_environment());
  report::ConsoleOptions console;
  console.format = format(options.format);
  console.run = run;
  if (kept) console.kept_as = run.substr(0, 8);  // as the header shows it
  console.colour = facts.colour;
  console.unicode = facts.unicode;
  console.live = facts.live && console.format != report::Format::quiet;
  console.width = facts.size.width;
  console.height = facts.size.height;
  console.slow_file_secs = base::seconds(options.slow_file);
  console.slow_test_secs = base::seconds(options.slow_test);
  terminal_ = std::make_unique<terminal::Terminal>(fd_, console.live, facts.size);
  console_ = std::make_unique<report::Console>(std::move(console), *terminal_);
}

void ScreenOutput::resize() {
  terminal::Size size = terminal::size_of(fd_, terminal::process_environment());
  terminal_->resize(size);
  console_->resize(size.width, size.height);
}

// A background job leaves the last lines of the terminal to the shell.
void ScreenOutput::tick(base::Instant now) {
  terminal_->hide(terminal::is_in_background(fd_));
  console_->tick(now);
}

void ScreenOutput::pause() { terminal_->pause(kFlush); }

void ScreenOutput::resume() {
  terminal_->redraw();
  resize();
}

bool ScreenOutput::stops_us() const { return terminal::is_in_background(fd_) && terminal::stops_output(fd_); }

void ScreenOutput::close() { terminal_->close(kLastWords); }

}  // namespace dtest::cli
