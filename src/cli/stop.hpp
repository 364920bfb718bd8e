// What a person, a signal or a limit that wants the run to stop gets: first drain, then kill, then leave.
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"

namespace dtest::cli {

/// Pure. INT: drain; again: kill; again: leave at once (the daemon cleans up). TERM and HUP: drain, and kill after
/// the grace. A drain that lasts longer than the grace becomes a kill.
class Stop {
 public:
  enum class Order { none, drain, kill, leave };
  static constexpr base::Duration kGrace = std::chrono::seconds(10);

  Order on_interrupt(base::Instant now);
  Order on_terminate(base::Instant now);
  /// fail_fast, timeout: the run's own wish.
  Order on_limit(const std::string& reason, base::Instant now);
  Order tick(base::Instant now);

  [[nodiscard]] base::Instant next_deadline() const { return kill_at_; }
  /// interrupt, term, fail_fast, ...: why the run stops; empty: it does not.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// 130, 143, or 0 when no signal asked for it.
  [[nodiscard]] int exit_code() const { return exit_code_; }

 private:
  Order drain(const std::string& reason, base::Instant now);

  std::string reason_;
  int exit_code_ = 0;
  int presses_ = 0;
  base::Instant kill_at_ = base::kNever;
};

}  // namespace dtest::cli
