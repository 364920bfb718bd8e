// The time left as people see it: runs down, stands still while estimates say more, never jumps up and down.
#pragma once
#include <optional>

namespace dtest::report {

/// Instants and lengths are seconds since the run began.
class Countdown {
 public:
  /// A new estimate of what is left. Higher than what is shown: the display stands still. More than twice as high
  /// (and 10 s) for 10 s: the display was wrong, and begins anew from the estimate.
  void estimate(std::optional<double> left, double now);
  /// What to show; nothing before the first estimate and in the last second.
  [[nodiscard]] std::optional<double> shown(double now) const;

 private:
  [[nodiscard]] double at(double now) const;

  std::optional<double> left_;  // as of since_
  double since_ = 0;
  bool held_ = false;
  std::optional<double> wrong_since_;
};

}  // namespace dtest::report
