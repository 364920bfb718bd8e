// The one writer to the screen. What is shown waits behind a thread of its own: a terminal that is slow, stopped
// (Ctrl-S) or gone never delays the run. Frames that are overtaken are never drawn; lines that stay are kept up to a
// bound and counted beyond it.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "report/screen.hpp"
#include "terminal/facts.hpp"

namespace dtest::terminal {

/// Calls come from one thread and never block, except pause() and close() as long as they are told.
class Terminal final : public report::Screen {
 public:
  struct Limits {
    std::size_t bytes = 4 << 20;  ///< of lines that wait
  };

  /// `fd` is the caller's and stays open until close(). Without `live`, only permanent lines are written, and
  /// nothing but them: text for a file or a pipe.
  Terminal(int fd, bool live, Size size, Limits limits);
  Terminal(int fd, bool live, Size size) : Terminal(fd, live, size, Limits{}) {}
  ~Terminal() override;  ///< as close(1 s)
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void permanent(std::string lines) override;
  void live(std::vector<std::string> block) override;

  /// The terminal has another size from now on.
  void resize(Size size);
  /// Takes the block away before the program is stopped (Ctrl-Z); waits for at most `limit`.
  void pause(base::Duration limit);
  /// After the program went on: the block is drawn where the cursor is now.
  void redraw();
  /// Whether the block is kept off the screen for now.
  void hide(bool hidden);
  /// Takes the block away, writes what waits and ends; false when something was given up after `limit`.
  bool close(base::Duration limit);

  /// Nobody can read it any more (EPIPE, EIO).
  [[nodiscard]] bool gone() const;
  /// Lines that found no room and were never shown.
  [[nodiscard]] std::size_t dropped() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dtest::terminal
