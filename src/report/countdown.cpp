#include "report/countdown.hpp"

#include <algorithm>

namespace dtest::report {
namespace {

constexpr double kWrongFactor = 2, kWrongSecs = 10, kPatience = 10;
constexpr double kCatchUp = 0.25;  // of the difference per estimate, so that good news do not jump either

}  // namespace

double Countdown::at(double now) const { return held_ ? *left_ : std::max(0.0, *left_ - (now - since_)); }

void Countdown::estimate(std::optional<double> left, double now) {
  if (!left) return;
  if (!left_) {
    left_ = left;
    since_ = now;
    return;
  }
  double current = at(now);
  bool wrong = *left > current * kWrongFactor && *left > current + kWrongSecs;
  if (!wrong) wrong_since_.reset();
  else if (!wrong_since_) wrong_since_ = now;
  if (wrong_since_ && now - *wrong_since_ >= kPatience) {
    current = *left;
    wrong_since_.reset();
  }
  held_ = *left > current;
  left_ = held_ ? current : current - (current - *left) * kCatchUp;
  since_ = now;
}

std::optional<double> Countdown::shown(double now) const {
  if (!left_ || at(now) < 1) return std::nullopt;
  return at(now);
}

}  // namespace dtest::report
