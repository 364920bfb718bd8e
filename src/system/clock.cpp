#include "system/clock.hpp"

#include <ctime>

namespace dtest::system {

namespace {

std::int64_t microseconds(clockid_t clock) {
  timespec t{};
  ::clock_gettime(clock, &t);
  return std::int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1'000;
}

}  // namespace

base::Instant SystemClock::now() const { return base::Instant{base::Duration{microseconds(CLOCK_BOOTTIME)}}; }

base::WallTime SystemClock::wall() const { return {microseconds(CLOCK_REALTIME)}; }

void HoldableClock::hold() {
  if (!held_) held_ = now();
}

base::Duration HoldableClock::go_on() {
  if (!held_) return {};
  const base::Duration time = real_.now() - missed_ - *held_;
  missed_ += time;
  held_.reset();
  return time;
}

}  // namespace dtest::system
