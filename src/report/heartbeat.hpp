// When a log without a live block is due another line: while things progress one per period, without progress ever
// less often, so that a hang is told and not hidden behind a pulse.
#pragma once
#include <cstdint>

namespace dtest::report {

class Heartbeat {
 public:
  enum class Due { nothing, status, stuck };

  Heartbeat(double status_secs, double stuck_secs) : status_secs_(status_secs), stuck_secs_(stuck_secs) {}

  /// `pulse` grows whenever something ended. Seconds since the run began.
  Due check(std::uint64_t pulse, double now);
  /// How long nothing has ended.
  [[nodiscard]] double still(double now) const { return now - moved_; }

 private:
  double status_secs_, stuck_secs_;
  std::uint64_t pulse_ = 0, told_pulse_ = 0;
  double moved_ = 0, told_ = 0;
  double patience_ = 0;  // 0: as stuck_secs_
};

}  // namespace dtest::report
