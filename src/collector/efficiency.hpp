// What a run cost beyond its tests: where the runner-seconds went. Pure; a constant number of operations per call.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.hpp"
#include "collector/event.hpp"

namespace dtest::collector {

/// A runner's seconds run from its node's join until the node is gone or the run ends, and each belongs to one cause:
/// busy; `hooks` while set-up hooks of its node run; `boot` until it is first ready; `set_up` while it is being replaced; `waiting` idle though files were queued;
/// `tail` idle because none was queued while others still ran; `other` the rest (a runner that never came back, the
/// exit, what is idle once the run was cancelled). The shares of the causes and `busy` add up to 1.
class EfficiencyMeter {
 public:
  /// `now` is when the command began.
  void begin(base::Instant now);
  void node_joined(const std::string& node, base::Instant now);
  void node_gone(const std::string& node, base::Instant now);
  void hook_began(const std::string& node, base::Instant now);
  void hook_ended(const std::string& node, base::Instant now);
  void runner_ready(const Place& place, base::Instant now);
  void runner_down(const Place& place, base::Instant now);
  void file_began(const Place& place, base::Instant now);
  /// `took`: what the runner spent on it, counted as work.
  void file_ended(const Place& place, base::Duration took, base::Instant now);
  /// Files that have not begun.
  void queued(std::uint64_t files, base::Instant now);
  void cancelled(base::Instant now);
  /// Only the first call counts.
  void example_began(base::Instant at);
  /// Most runners that were up at the same time.
  [[nodiscard]] std::uint32_t runners() const { return most_; }
  [[nodiscard]] std::uint32_t runners_up() const { return idle_ + busy_; }
  /// Call once, last. `runners` is `most_`; speed-up is work by the time since begin().
  [[nodiscard]] Efficiency finish(base::Instant now);

 private:
  enum class State { down, idle, busy };
  struct Runner {
    State state = State::down;
    base::Instant since;        ///< down since
  };
  using Key = std::pair<std::string, std::uint32_t>;

  void advance(base::Instant now);
  void set(Runner& runner, State state);

  base::Instant begun_{}, at_{};
  /// When set-up hooks of a node ran.
  struct Hooks {
    std::uint32_t running = 0;
    base::Instant since;
    double secs = 0;
  };
  std::map<std::string, base::Instant> joined_;
  std::map<std::string, Hooks> hooks_;
  std::map<Key, Runner> runners_;
  std::uint32_t idle_ = 0, busy_ = 0, most_ = 0;
  std::uint64_t queued_ = 0;
  bool cancelled_ = false;
  double busy_secs_ = 0, work_secs_ = 0, longest_secs_ = 0;
  std::map<std::string, double> idle_secs_;
  std::optional<double> boot_secs_;           ///< of the runner that was ready first
  std::optional<base::Instant> first_example_;
};

}  // namespace dtest::collector
