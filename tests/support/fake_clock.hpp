// A clock that stands still until told otherwise.
#pragma once
#include "system/clock.hpp"

namespace dtest::support {

class FakeClock final : public system::Clock {
 public:
  [[nodiscard]] base::Instant now() const override { return now_; }
  [[nodiscard]] base::WallTime wall() const override { return wall_; }

  void advance(base::Duration d) {
    now_ += d;
    wall_.us += d.count();
  }
  void set_wall(base::WallTime t) { wall_ = t; }

 private:
  base::Instant now_{base::Duration{1'000'000'000}};
  base::WallTime wall_{1'700'000'000'000'000};
};

}  // namespace dtest::support
