// The only reader of clocks. Whoever decides gets instants as arguments; whoever waits owns a Clock.
#pragma once
#include <optional>

#include "base/time.hpp"

namespace dtest::system {

class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic, goes on while the machine is suspended. The same for all processes since the machine's boot.
  [[nodiscard]] virtual base::Instant now() const = 0;
  /// Wall-clock time; may jump. For people and files only.
  [[nodiscard]] virtual base::WallTime wall() const = 0;
};

/// CLOCK_BOOTTIME and CLOCK_REALTIME.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] base::Instant now() const override;
  [[nodiscard]] base::WallTime wall() const override;
};

/// A SystemClock that can be held: what passes meanwhile never was. Wall-clock time goes on.
class HoldableClock final : public Clock {
 public:
  [[nodiscard]] base::Instant now() const override { return held_ ? *held_ : real_.now() - missed_; }
  [[nodiscard]] base::WallTime wall() const override { return real_.wall(); }
  void hold();
  /// Returns for how long it was held.
  base::Duration go_on();
  [[nodiscard]] bool is_held() const { return held_.has_value(); }

 private:
  SystemClock real_;
  base::Duration missed_{};
  std::optional<base::Instant> held_;
};

}  // namespace dtest::system
