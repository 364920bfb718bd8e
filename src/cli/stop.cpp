#include "cli/stop.hpp"

namespace dtest::cli {

Stop::Order Stop::drain(const std::string& reason, base::Instant now) {
  if (!reason_.empty()) return Order::none;
  reason_ = reason;
  kill_at_ = now + kGrace;
  return Order::drain;
}

Stop::Order Stop::on_interrupt(base::Instant now) {
  if (exit_code_ == 0) exit_code_ = 130;
  ++presses_;
  if (presses_ >= 3) return Order::leave;
  if (presses_ == 2) {
    kill_at_ = base::kNever;
    return Order::kill;
  }
  // After a drain of the run's own wish the first press is impatience.
  if (!reason_.empty()) {
    kill_at_ = base::kNever;
    return Order::kill;
  }
  return drain("interrupt", now);
}

Stop::Order Stop::on_terminate(base::Instant now) {
  if (exit_code_ == 0) exit_code_ = 143;
  return drain("term", now);
}

Stop::Order Stop::on_limit(const std::string& reason, base::Instant now) { return drain(reason, now); }

Stop::Order Stop::tick(base::Instant now) {
  if (now < kill_at_) return Order::none;
  kill_at_ = base::kNever;
  return Order::kill;
}

}  // namespace dtest::cli
