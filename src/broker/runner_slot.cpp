#include "broker/runner_slot.hpp"

#include <utility>

namespace dtest::broker {

void RunnerSlot::fork(base::Instant now) {
  incarnation_ = incarnation_.next();
  state_ = State::forking;
  pid_ = 0;
  item_.reset();
  running_.reset();
  killed_ = Kill::none;
  kill_reason_.clear();
  heard_ = 0;
  whole_ = true;
  progress_ = now;
  useful_ = false;
  replaced_ = flooded_ = told_ = bye_ = erred_ = false;
  fresh_kb_ = rss_kb_ = 0;
  hook_.clear();
  loading_.clear();
}

void RunnerSlot::ready(base::Instant now, std::uint64_t rss_kb) {
  if (state_ == State::forking) state_ = State::idle;
  fresh_kb_ = rss_kb;
  hook_.clear();
  loading_.clear();
  progress_ = now;
}

void RunnerSlot::start(protocol::RunWork item, bool brief, base::Instant now) {
  brief_ = brief;
  state_ = State::busy;
  item_ = std::move(item);
  running_.reset();
  announced_ = 0;
  flooded_ = false;
  slept_in_item_ = slept_in_example_ = {};
  progress_ = now;
  started_ = now;
  useful_ = true;
}

void RunnerSlot::began(std::string example, base::Instant now) {
  running_ = std::move(example);
  slept_in_example_ = {};
  progress_ = now;
}

void RunnerSlot::ended_example(base::Instant now) {
  running_.reset();
  progress_ = now;
}

void RunnerSlot::done(base::Instant now) {
  item_.reset();
  running_.reset();
  progress_ = now;
  if (state_ != State::busy) return;
  if (ahead_) start(*take_ahead(), true, now);
  else state_ = State::idle;
}

bool RunnerSlot::heard(std::uint64_t number) {
  whole_ = number == std::exchange(heard_, number) + 1 && whole_;
  return whole_;
}

void RunnerSlot::dying(Kill why, std::string reason) {
  state_ = State::dying;
  killed_ = why;
  kill_reason_ = std::move(reason);
}

void RunnerSlot::leaving() {
  state_ = State::leaving;
  told_ = true;
}

bool RunnerSlot::broke_off(const std::string& how) const {
  if (!told_ || (killed_ != Kill::none && killed_ != Kill::faulty)) return false;
  return !bye_ || (how != "exit 0" && !(erred_ && how.starts_with("exit ")));
}

void RunnerSlot::retire(base::Instant now) {
  leaving();
  retired_ = true;
  progress_ = now;
}

void RunnerSlot::replace(base::Instant now) {
  leaving();
  replaced_ = true;
  progress_ = now;
}

void RunnerSlot::slept(base::Duration time) {
  slept_in_item_ += time;
  slept_in_example_ += time;
}

void RunnerSlot::renew(base::Instant now) {
  leaving();
  progress_ = now;
}

unsigned RunnerSlot::over() {
  state_ = retired_ ? State::broken : State::empty;
  item_.reset();
  running_.reset();
  useless_ = useful_ ? 0 : useless_ + 1;
  return useless_;
}

}  // namespace dtest::broker
