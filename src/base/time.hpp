// Time as a value. Nothing here reads a clock: the rim (system/clock.hpp) does, and hands instants down.
#pragma once
#include <chrono>
#include <cstdint>

namespace dtest::base {

/// Length of time, microseconds.
using Duration = std::chrono::microseconds;

/// The monotonic clock of this process (CLOCK_BOOTTIME, so that a suspended machine's leases run out).
/// It has no now(): pure code gets instants as arguments.
struct Monotonic {
  using rep = std::int64_t;
  using period = std::micro;
  using duration = Duration;
  using time_point = std::chrono::time_point<Monotonic, Duration>;
  static constexpr bool is_steady = true;
};
using Instant = Monotonic::time_point;

/// Wall-clock time, microseconds since 1970-01-01 UTC. Only for people and for files, never for decisions.
struct WallTime {
  std::int64_t us = 0;
  friend auto operator<=>(const WallTime&, const WallTime&) = default;
};

constexpr Instant kNever = Instant::max();

/// Seconds as a floating number, for text and JSON.
constexpr double seconds(Duration d) { return static_cast<double>(d.count()) / 1e6; }

constexpr Duration from_seconds(double s) { return Duration{static_cast<std::int64_t>(s * 1e6)}; }

}  // namespace dtest::base
