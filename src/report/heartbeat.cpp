#include "report/heartbeat.hpp"

namespace dtest::report {

Heartbeat::Due Heartbeat::check(std::uint64_t pulse, double now) {
  if (pulse != pulse_) {
    pulse_ = pulse;
    moved_ = now;
    patience_ = 0;
  }
  if (pulse_ != told_pulse_ && now - told_ >= status_secs_) {
    told_pulse_ = pulse_;
    told_ = now;
    return Due::status;
  }
  double patience = patience_ > 0 ? patience_ : stuck_secs_;
  if (now - moved_ < patience) return Due::nothing;
  patience_ = patience * 2;
  told_ = now;
  return Due::stuck;
}

}  // namespace dtest::report
