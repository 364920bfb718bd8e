// The one loop of a process: waits for sockets and descriptors, calls what waits on them.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "bus/pollable.hpp"

namespace dtest::bus {

/// Milliseconds to wait from `now` to `deadline`, rounded up so that a wait never ends before its deadline (which
/// would spin); 0 when it has passed, -1 for base::kNever, at most a day.
int wait_ms(base::Instant now, base::Instant deadline);

/// Single-threaded; every member is called on the thread that runs it. It wakes only for what is registered and for
/// deadlines. Descriptors are watched level-triggered: a callback must consume, or unregister, what woke it.
class Loop {
 public:
  using Clock = std::function<base::Instant()>;
  /// Does one piece of work (one receive, one read) and returns whether there may be more at once. Called again in
  /// the same turn while it says so, at most kBurst times: no source starves the others. An exception leaves run().
  using Callback = std::function<bool()>;
  static constexpr int kBurst = 100;

  struct Entry;
  /// Unregisters when it ends, also inside any callback, its own included; may outlive the loop.
  class [[nodiscard]] Watch {
   public:
    Watch() = default;
    explicit Watch(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    ~Watch() { reset(); }
    Watch(Watch&& other) noexcept = default;
    Watch& operator=(Watch&& other) noexcept;
    void reset() noexcept;
    [[nodiscard]] explicit operator bool() const { return entry_ != nullptr; }

   private:
    std::shared_ptr<Entry> entry_;
  };

  explicit Loop(Clock clock);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// `source` must live until the watch ends. What is registered inside a callback is first waited for next turn.
  Watch watch(Pollable& source, Callback callback);
  /// A descriptor that is readable, at its end or in error. The loop never closes it; end the watch before closing.
  Watch watch_fd(int fd, Callback callback);

  /// One turn: waits until something is ready or the deadline passes, reads the clock, calls back. May return early
  /// (a signal). Not from a callback. std::logic_error when there is neither a source nor a deadline.
  void run_once(base::Instant deadline);
  /// Turns until stop(). `next_deadline` is asked before each wait, `after_turn` called after each with now().
  void run(const std::function<base::Instant()>& next_deadline, const std::function<void(base::Instant)>& after_turn);
  /// run() returns after the turn in progress.
  void stop() { stopped_ = true; }

  /// The instant of this turn: read when the wait ended, the same for every callback of the turn.
  [[nodiscard]] base::Instant now() const { return now_; }

 private:
  struct Poll;  // the poll items and who owns each, kept between turns only for their memory
  void sweep();
  bool collect();
  void poll(int timeout_ms);
  void dispatch();

  Clock clock_;
  base::Instant now_;
  std::vector<std::shared_ptr<Entry>> entries_;
  std::unique_ptr<Poll> poll_;
  bool stopped_ = false;
};

}  // namespace dtest::bus
