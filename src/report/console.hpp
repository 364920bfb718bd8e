// What a person sees of a run: a pure function of its events, shown on a Screen.
// Not thread-safe; everything on the loop's thread.
#pragma once
#include <memory>

#include "base/time.hpp"
#include "collector/event.hpp"
#include "report/options.hpp"
#include "report/screen.hpp"

namespace dtest::report {

/// Use: events in order, tick() ten times a second with a live block (once a second without one), resize() when the
/// terminal's size changed. Calls never block and never throw (a screen that cannot be formatted is left out); a
/// passing example costs no formatting. After run.end nothing more is shown.
class Console final : public collector::EventSink {
 public:
  /// The screen is the caller's and outlives the console.
  Console(ConsoleOptions options, Screen& screen);
  ~Console() override;
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void on_event(const collector::Envelope& envelope) override;
  /// Draws the live block, at most ten times a second, or prints the status line that is due.
  void tick(base::Instant now);
  void resize(std::size_t width, std::size_t height);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dtest::report
