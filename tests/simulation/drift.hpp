// The clock of a machine: as good as it is.
#pragma once
#include <cstdint>

#include "base/time.hpp"

namespace dtest::simulation {

/// Runs by so many millionths too fast. A value.
class Drift {
 public:
  explicit Drift(std::int64_t millionths) : millionths_(millionths) {}

  /// What the machine's clock shows at this instant of the world.
  [[nodiscard]] base::Instant shown(base::Instant world) const {
    const std::int64_t us = world.time_since_epoch().count();
    return base::Instant(base::Duration(us + us / kMillion * millionths_ + us % kMillion * millionths_ / kMillion));
  }
  /// The first instant of the world at which it shows at least that.
  [[nodiscard]] base::Instant when(base::Instant shown_then) const {
    if (shown_then == base::kNever || millionths_ == 0) return shown_then;
    const std::int64_t us = shown_then.time_since_epoch().count(), rate = kMillion + millionths_;
    base::Instant world{base::Duration(us / rate * kMillion + us % rate * kMillion / rate)};
    while (shown(world) < shown_then) world += base::Duration(1);
    return world;
  }

 private:
  static constexpr std::int64_t kMillion = 1'000'000;
  std::int64_t millionths_;
};

}  // namespace dtest::simulation
