// The part of a session that deals with the runners that it shares with other sessions of its node.
#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "broker/session.hpp"

namespace dtest::broker {

// A master that has used all credit may have more to do. One that leaves some unused for long has no more: only what is
// here counts.
std::uint32_t Session::wants(base::Instant now) const {
  if (state_ != State::serving) return busy();
  if (accepted_ == credit_ || now - exhausted_ < limits_.claim) return std::max(usable(), busy());
  return std::min<std::uint32_t>(std::max(usable(), busy()), busy() + static_cast<std::uint32_t>(queue_.size()));
}

void Session::allow_all(base::Instant now, Actions& actions) {
  if (share_ == limits_.runners && most_ == limits_.runners) return;
  allow({limits_.runners, limits_.runners}, now, actions);
  most_ = limits_.runners;
}

void Session::allow(const schedule::Allowance& allowance, base::Instant now, Actions& actions) {
  share_ = allowance.share;
  most_ = allowance.most;
  base::JobNumber before = credit_;
  bool waits = state_ == State::serving && most_ == 0 && busy() == 0 && wants(now) > 0;
  if (!waits && waiting_told_)
    report(protocol::Notice{node_ + " has runners for this run, after " +
                                base::show_secs(base::seconds(now - *waits_since_)), "info"}, false, now);
  if (!waits) waiting_told_ = false;
  if (!waits) waits_since_.reset();
  else if (!waits_since_) waits_since_ = now;
  raise_credit(now);
  feed_runners(now, actions);
  most_ = busy();
  publish(now, actions);
  if (credit_ > before) beat(now, actions);
}

bool Session::waits_long(base::Instant now) const {
  return waits_since_ && now - *waits_since_ >= limits_.wait_told;
}

bool Session::must_be_told(base::Instant now) const { return !waiting_told_ && waits_long(now); }

void Session::tell_waiting(const std::string& others, base::Instant now, Actions& actions) {
  waiting_told_ = true;
  report(protocol::Notice{"waiting for runners of " + node_ + ": " + others, "info"}, true, now);
  publish(now, actions);
}

// What cannot start here may start elsewhere, and nothing else is taken.
void Session::give_up_waiting(base::Instant now) {
  if (waits_long(now)) give_back_queue(now);
}

}  // namespace dtest::broker
