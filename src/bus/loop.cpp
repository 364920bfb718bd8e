#include "bus/loop.hpp"

#include <poll.h>
#include <zmq.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <utility>

namespace dtest::bus {
namespace {

class Descriptor : public Pollable {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  void interests(std::vector<Interest>& out) const override { out.push_back({.fd = fd_}); }

 private:
  int fd_;
};

short flags(const Interest& interest) {
  return static_cast<short>((interest.read ? ZMQ_POLLIN : 0) | (interest.write ? ZMQ_POLLOUT : 0));
}

}  // namespace

struct Loop::Entry {
  Pollable* source;
  std::unique_ptr<Pollable> owned;
  Callback callback;
  bool alive = true;
  bool ready = false;
};

struct Loop::Poll {
  std::vector<Interest> interests;
  std::vector<zmq_pollitem_t> items;
  std::vector<Entry*> owners;
};

int wait_ms(base::Instant now, base::Instant deadline) {
  constexpr std::int64_t kDayMs = 24L * 3600 * 1000;
  if (deadline == base::kNever) return -1;
  if (deadline <= now) return 0;
  const std::int64_t us = (deadline - now).count();
  return static_cast<int>(std::min(us / 1000 + (us % 1000 != 0 ? 1 : 0), kDayMs));
}

Loop::Watch& Loop::Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    reset();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

// The callback itself lives until the next turn: it may be the one that is running.
void Loop::Watch::reset() noexcept {
  if (entry_) entry_->alive = false;
  entry_.reset();
}

Loop::Loop(Clock clock) : clock_(std::move(clock)), now_(clock_()), poll_(std::make_unique<Poll>()) {}

Loop::~Loop() = default;

Loop::Watch Loop::watch(Pollable& source, Callback callback) {
  entries_.push_back(std::make_shared<Entry>(Entry{&source, nullptr, std::move(callback)}));
  return Watch(entries_.back());
}

Loop::Watch Loop::watch_fd(int fd, Callback callback) {
  auto owned = std::make_unique<Descriptor>(fd);
  Pollable* source = owned.get();
  entries_.push_back(std::make_shared<Entry>(Entry{source, std::move(owned), std::move(callback)}));
  return Watch(entries_.back());
}

void Loop::run_once(base::Instant deadline) {
  sweep();
  const bool at_hand = collect();
  const int timeout = at_hand ? 0 : wait_ms(clock_(), deadline);
  if (timeout < 0 && poll_->items.empty()) throw std::logic_error("the loop has nothing to wait for");
  poll(timeout);
  now_ = clock_();
  dispatch();
}

void Loop::run(const std::function<base::Instant()>& next_deadline,
               const std::function<void(base::Instant)>& after_turn) {
  while (!stopped_) {
    run_once(next_deadline());
    after_turn(now_);
  }
  stopped_ = false;
}

void Loop::sweep() {
  // Moved out first: a callback that dies here may own watches, and whoever they belong to may look at the loop.
  const auto dead = std::stable_partition(entries_.begin(), entries_.end(), [](const auto& e) { return e->alive; });
  const std::vector<std::shared_ptr<Entry>> gone(dead, entries_.end());
  entries_.erase(dead, entries_.end());
}

bool Loop::collect() {
  Poll& p = *poll_;
  p.items.clear();
  p.owners.clear();
  bool any = false;
  for (const auto& entry : entries_) {
    p.interests.clear();
    entry->source->interests(p.interests);
    entry->ready = entry->source->at_hand();
    any = any || entry->ready;
    for (const Interest& i : p.interests) {
      p.items.push_back({i.socket, i.fd, flags(i), 0});
      p.owners.push_back(entry.get());
    }
  }
  return any;
}

// zmq_poll asks every socket for its state before it waits, so libzmq's edge-triggered descriptors need no care here:
// a socket that was not read to its end, or became ready during a send, is found ready again.
void Loop::poll(int timeout_ms) {
  Poll& p = *poll_;
  const int rc = p.items.empty() ? ::poll(nullptr, 0, timeout_ms)
                                 : zmq_poll(p.items.data(), static_cast<int>(p.items.size()), timeout_ms);
  if (rc < 0) {
    const int error = zmq_errno();
    if (error != EINTR) throw std::logic_error(std::string("zmq_poll: ") + zmq_strerror(error));
    return;
  }
  for (std::size_t i = 0; rc > 0 && i < p.items.size(); ++i) {
    if (p.items[i].revents != 0) p.owners[i]->ready = true;
  }
}

void Loop::dispatch() {
  const std::size_t count = entries_.size();  // not those that callbacks add
  for (std::size_t i = 0; i < count; ++i) {
    const std::shared_ptr<Entry> entry = entries_[i];
    if (!entry->ready) continue;
    for (int n = 0; entry->alive && n < kBurst; ++n) {
      if (!entry->callback()) break;
    }
  }
}

}  // namespace dtest::bus
