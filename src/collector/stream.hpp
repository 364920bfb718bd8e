// The pen of the event stream: numbers, stamps and hands out. Pure.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "collector/event.hpp"

namespace dtest::collector {

class Stream {
 public:
  /// The sinks are the caller's; called in this order.
  explicit Stream(std::vector<EventSink*> sinks) : sinks_(std::move(sinks)) {}

  /// Returns by how much the wall clock was set back since events are told; the next event says so. What it lost while
  /// it was read, or is made to lose bit by bit, is not followed.
  base::Duration set_time(base::Instant now, base::WallTime wall) {
    constexpr base::Duration kSet = std::chrono::seconds(1);
    const base::Duration lost = base::Duration(wall_.us - wall.us) + (now - known_at_);
    const bool told = seq_ > 0;
    if (told && lost > base::Duration(0) && lost < kSet) return {};
    known_at_ = now, wall_ = wall;
    return told ? std::max(lost, base::Duration(0)) : base::Duration(0);
  }
  /// Elapsed counts from here.
  void begin(base::Instant now) { begun_ = now; }
  /// Nothing goes out after the last one.
  void tell(Event event, base::Instant now, bool last = false) {
    if (ended_) return;
    ended_ = last;
    Envelope envelope{++seq_, {wall_.us + (now - known_at_).count()}, base::seconds(now - begun_), last,
                      std::move(event)};
    for (EventSink* sink : sinks_) sink->on_event(envelope);
  }
  [[nodiscard]] std::uint64_t last_seq() const { return seq_; }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] double elapsed(base::Instant now) const { return base::seconds(now - begun_); }

 private:
  std::vector<EventSink*> sinks_;
  base::Instant begun_{}, known_at_{};
  base::WallTime wall_;
  std::uint64_t seq_ = 0;
  bool ended_ = false;
};

}  // namespace dtest::collector
