#include "terminal/terminal.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

#include "system/background.hpp"
#include "terminal/frame.hpp"
#include "terminal/patient_write.hpp"

namespace dtest::terminal {
namespace {

// Shared with the writing thread, which may outlive the terminal when the reader has stopped for ever.
struct Shared {
  system::UniqueFd own;
  int fd = -1;
  std::size_t bound = 0;
  std::atomic<bool> give_up{false};
  std::atomic<bool> gone{false};

  std::mutex mutex;  // guards what follows
  std::string lines;
  std::optional<Block> block;  // the newest that was not drawn
  Size size;
  std::size_t dropped = 0, told = 0;
  bool scheduled = false;
  bool forget = false;         // what was drawn is no longer at the bottom

  Block drawn;  // the thread's own

  void drain();
};

std::string loss(std::size_t lines) {
  return "(" + std::to_string(lines) + " lines left out here: nobody read this terminal)\n";
}

void Shared::drain() {
  std::string text;
  Block next;
  std::size_t width = 0;
  {
    std::lock_guard lock(mutex);
    scheduled = false;
    text.swap(lines);
    if (dropped > told) text += loss(dropped - std::exchange(told, dropped));
    if (std::exchange(forget, false)) drawn.clear();
    next = block ? fit(*block, size.height > 1 ? size.height - 1 : 1) : drawn;
    block.reset();
    width = size.width;
  }
  std::string bytes = frame(drawn, text, next, width);
  drawn = std::move(next);
  if (!gone && patient_write(fd, bytes, give_up) == Written::gone) gone = true;
}

}  // namespace

class Terminal::Impl {
 public:
  Impl(int fd, bool live, Size size, Limits limits) : live_(live) {
    shared_->own = open_again(fd);
    shared_->fd = shared_->own ? shared_->own.get() : fd;
    shared_->bound = limits.bytes;
    shared_->size = size;
  }

  void permanent(std::string lines) {
    if (shared_->gone) return;
    std::lock_guard lock(shared_->mutex);
    if (shared_->lines.size() + lines.size() > shared_->bound) {
      shared_->dropped += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
      return;
    }
    shared_->lines += lines;
    schedule();
  }

  void live(std::vector<std::string> block) {
    if (!live_ || shared_->gone || (hidden_ && !block.empty())) return;
    std::lock_guard lock(shared_->mutex);
    shared_->block = std::move(block);
    schedule();
  }

  void resize(Size size) {
    std::lock_guard lock(shared_->mutex);
    shared_->size = size;
  }

  void redraw() {
    std::lock_guard lock(shared_->mutex);
    shared_->forget = true;
    schedule();
  }

  void hide(bool hidden) {
    if (std::exchange(hidden_, hidden) != hidden && hidden) live({});
  }

  void pause(base::Duration limit) {
    live({});
    writer_.flush(limit);
  }

  bool close(base::Duration limit) {
    if (closed_) return true;
    closed_ = true;
    live({});
    bool done = writer_.flush(limit);
    shared_->give_up = true;
    return writer_.close(base::from_seconds(done ? 1 : 0.5)) && done;
  }

  [[nodiscard]] bool gone() const { return shared_->gone; }
  [[nodiscard]] std::size_t dropped() const {
    std::lock_guard lock(shared_->mutex);
    return shared_->dropped;
  }

 private:
  // One job at a time: it takes all that came until it began. Called with the lock held.
  void schedule() {
    if (shared_->scheduled) return;
    shared_->scheduled = writer_.offer([shared = shared_] { shared->drain(); });
  }

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  bool live_;
  bool closed_ = false;
  bool hidden_ = false;
  system::BackgroundWriter writer_;
};

Terminal::Terminal(int fd, bool live, Size size, Limits limits)
    : impl_(std::make_unique<Impl>(fd, live, size, limits)) {}
Terminal::~Terminal() { impl_->close(base::from_seconds(1)); }

void Terminal::permanent(std::string lines) { impl_->permanent(std::move(lines)); }
void Terminal::live(std::vector<std::string> block) { impl_->live(std::move(block)); }
void Terminal::resize(Size size) { impl_->resize(size); }
void Terminal::pause(base::Duration limit) { impl_->pause(limit); }
void Terminal::hide(bool hidden) { impl_->hide(hidden); }
void Terminal::redraw() { impl_->redraw(); }
bool Terminal::close(base::Duration limit) { return impl_->close(limit); }
bool Terminal::gone() const { return impl_->gone(); }
std::size_t Terminal::dropped() const { return impl_->dropped(); }

}  // namespace dtest::terminal
