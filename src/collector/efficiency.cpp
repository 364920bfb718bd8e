#include "collector/efficiency.hpp"

#include <algorithm>

namespace dtest::collector {

using base::Instant;
using base::seconds;

void EfficiencyMeter::begin(Instant now) {
  begun_ = at_ = now;
  for (const char* cause : {"hooks", "boot", "set_up", "waiting", "tail", "other"}) idle_secs_[cause] = 0;
}

void EfficiencyMeter::advance(Instant now) {
  const double passed = seconds(now - at_);
  if (passed <= 0) return;
  at_ = now;
  busy_secs_ += passed * busy_;
  const char* cause = cancelled_ ? "other" : queued_ > 0 ? "waiting" : busy_ > 0 ? "tail" : "other";
  idle_secs_[cause] += passed * idle_;
}

void EfficiencyMeter::set(Runner& runner, State state) {
  if (runner.state == State::idle) --idle_;
  if (runner.state == State::busy) --busy_;
  runner.state = state;
  if (state == State::idle) ++idle_;
  if (state == State::busy) ++busy_;
  most_ = std::max(most_, idle_ + busy_);
}

void EfficiencyMeter::node_joined(const std::string& node, Instant now) {
  advance(now);
  joined_[node] = now;
  hooks_[node] = {};
}

void EfficiencyMeter::node_gone(const std::string& node, Instant now) {
  advance(now);
  auto first = runners_.lower_bound({node, 0});
  auto last = first;
  for (; last != runners_.end() && last->first.first == node; ++last) {
    if (last->second.state == State::down) idle_secs_["other"] += seconds(now - last->second.since);
    set(last->second, State::down);
  }
  runners_.erase(first, last);
}

void EfficiencyMeter::hook_began(const std::string& node, Instant now) {
  Hooks& hooks = hooks_[node];
  if (hooks.running++ == 0) hooks.since = now;
}

void EfficiencyMeter::hook_ended(const std::string& node, Instant now) {
  Hooks& hooks = hooks_[node];
  if (hooks.running > 0 && --hooks.running == 0) hooks.secs += seconds(now - hooks.since);
}

void EfficiencyMeter::runner_ready(const Place& place, Instant now) {
  advance(now);
  auto [runner, fresh] = runners_.try_emplace({place.node, place.runner});
  if (fresh) {
    auto joined = joined_.try_emplace(place.node, now).first;
    const double boot = seconds(now - joined->second);
    const double hooks = std::min(boot, hooks_[place.node].secs);
    idle_secs_["hooks"] += hooks;
    idle_secs_["boot"] += boot - hooks;
    if (!boot_secs_) boot_secs_ = boot;
  } else if (runner->second.state == State::down) {
    idle_secs_["set_up"] += seconds(now - runner->second.since);
  }
  set(runner->second, State::idle);
}

void EfficiencyMeter::runner_down(const Place& place, Instant now) {
  advance(now);
  auto runner = runners_.find({place.node, place.runner});
  if (runner == runners_.end() || runner->second.state == State::down) return;
  set(runner->second, State::down);
  runner->second.since = now;
}

void EfficiencyMeter::file_began(const Place& place, Instant now) {
  advance(now);
  auto runner = runners_.find({place.node, place.runner});
  if (runner != runners_.end() && runner->second.state == State::idle) set(runner->second, State::busy);
}

void EfficiencyMeter::file_ended(const Place& place, base::Duration took, Instant now) {
  advance(now);
  work_secs_ += seconds(took);
  longest_secs_ = std::max(longest_secs_, seconds(took));
  auto runner = runners_.find({place.node, place.runner});
  if (runner != runners_.end() && runner->second.state == State::busy) set(runner->second, State::idle);
}

void EfficiencyMeter::queued(std::uint64_t files, Instant now) {
  advance(now);
  queued_ = files;
}

void EfficiencyMeter::cancelled(Instant now) {
  advance(now);
  cancelled_ = true;
}

void EfficiencyMeter::example_began(Instant at) {
  if (!first_example_) first_example_ = std::max(at, begun_);
}

Efficiency EfficiencyMeter::finish(Instant now) {
  advance(now);
  for (const auto& [key, runner] : runners_) {
    if (runner.state == State::down) idle_secs_["other"] += seconds(now - runner.since);
  }
  Efficiency result;
  result.work_secs = work_secs_;
  result.runners = most_;
  const double wall = seconds(now - begun_);
  if (wall > 0) result.speedup = work_secs_ / wall;
  if (most_ > 0) result.ideal_secs = std::max(work_secs_ / most_, longest_secs_) + boot_secs_.value_or(0);
  if (first_example_) result.first_test_secs = seconds(*first_example_ - begun_);
  double total = busy_secs_;
  for (const auto& [cause, secs] : idle_secs_) total += secs;
  result.busy = total > 0 ? busy_secs_ / total : 0;
  for (const auto& [cause, secs] : idle_secs_) result.idle_by_cause[cause] = total > 0 ? secs / total : 0;
  return result;
}

}  // namespace dtest::collector
