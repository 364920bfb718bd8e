#include "master/node_link.hpp"

#include <algorithm>
#include <utility>

#include "protocol/codec.hpp"

namespace dtest::master {

NodeLink::NodeLink(std::string name, protocol::Hello hello, const Limits& limits, base::Instant now)
    : name_(std::move(name)), hello_(std::move(hello)), limits_(limits), hello_interval_(limits.hello_first),
      rto_(limits.rto_first), next_hello_(now), heard_(now) {}

bool NodeLink::silent(base::Instant now) const { return limits_.dead && now - heard_ >= limits_.suspect; }

bool NodeLink::dead(base::Instant now) const {
  return state_ == State::live && limits_.dead && now - heard_ >= *limits_.dead;
}

bool NodeLink::unanswered(base::Instant now) const {
  return state_ == State::greeting && limits_.dead && now - heard_ >= limits_.greet;
}

void NodeLink::say(const protocol::Work& work, Actions& actions) const {
  actions.push_back({name_, protocol::encode(work)});
}

NodeLink::Heard NodeLink::on_result(protocol::Result result, base::Instant now, Actions& actions) {
  Heard heard;
  const protocol::NodeHeader& header = result.header;
  if (state_ == State::gone) return heard;
  if (std::holds_alternative<protocol::NoSession>(result.content)) {
    heard.session_lost = state_ == State::live && header.epoch == epoch_;
    return heard;
  }
  if (dead_epochs_.contains(header.epoch)) return heard;
  if (auto* refused = std::get_if<protocol::Refused>(&result.content)) {
    if (header.number == hello_.number) heard.refused = std::move(*refused);
    return heard;
  }
  if (state_ == State::greeting) {
    if (header.number != hello_.number) return heard;
    state_ = State::live;
    epoch_ = header.epoch;
    heard.joined = true;
    next_hello_ = base::kNever;
    next_ping_ = now;
  } else if (header.epoch != epoch_) {
    return heard;  // a former life's words, or a later one's: the answer to our pings tells which
  }
  heard_ = now;
  beat_ = std::max(beat_, header.beat);
  credit_ = std::max(credit_, header.credit);
  if (header.accepted > accepted_) {
    accepted_ = std::min(header.accepted, sent_);
    unaccepted_.erase(unaccepted_.begin(), unaccepted_.upper_bound(accepted_));
    rto_ = limits_.rto_first;
    next_resend_ = unaccepted_.empty() ? base::kNever : now + rto_;
  }
  if (auto* reports = std::get_if<protocol::Reports>(&result.content)) apply(std::move(*reports), heard, now, actions);
  bool behind = header.newest > applied_;
  if (behind && now - asked_ >= limits_.gap) {
    asked_ = now;
    ping(now, actions, true);
  }
  return heard;
}

void NodeLink::apply(protocol::Reports reports, Heard& heard, base::Instant now, Actions& actions) {
  std::uint64_t first = reports.first.value;
  std::uint64_t next = applied_.value + 1;
  std::uint64_t end = first + reports.bodies.size();
  if (first > next) return;  // a gap: the caller asks
  if (end <= next) {         // all of it known: the acknowledgement was lost
    ping(now, actions);
    return;
  }
  for (std::uint64_t i = next - first; i < reports.bodies.size(); ++i)
    heard.bodies.push_back(std::move(reports.bodies[i]));
  applied_ = base::ReportNumber(end - 1);
  next_ping_ = std::min(next_ping_, now + limits_.ack);
}

void NodeLink::send(protocol::ItemWork work, base::Instant now, Actions& actions) {
  sent_ = sent_.next();
  work.run = hello_.run;
  work.epoch = epoch_;
  work.job = sent_;
  say(work, actions);
  if (unaccepted_.empty()) next_resend_ = now + rto_;
  unaccepted_.emplace(sent_, std::move(work));
}

void NodeLink::resend(base::Instant now, Actions& actions) {
  rto_ = std::min(rto_ * 2, limits_.rto_most);
  next_resend_ = now + rto_;
  for (const auto& [job, work] : unaccepted_) say(work, actions);
}

void NodeLink::cancel(bool kill, Actions& actions) {
  cancel_ = kill || cancel_.value_or(false);
  if (state_ == State::live) say(protocol::Cancel{hello_.run, epoch_, *cancel_}, actions);
}

void NodeLink::synced(Actions& actions) {
  synced_ = true;
  if (state_ == State::live) say(protocol::Synced{hello_.run, epoch_}, actions);
}

void NodeLink::bye(base::Instant now, Actions& actions) {
  leaving_ = true;
  if (state_ == State::live) say(protocol::Bye{hello_.run, epoch_}, actions);
  next_ping_ = std::min(next_ping_, now + limits_.ping);
}

void NodeLink::order(std::vector<protocol::SlotOrder> orders, Actions& actions) {
  const std::uint64_t number = orders_ ? orders_->number + 1 : 1;
  orders_ = protocol::SlotOrders{hello_.run, epoch_, number, std::move(orders)};
  if (state_ == State::live) say(*orders_, actions);
}

void NodeLink::restart(base::Instant now) {
  if (state_ == State::live) dead_epochs_.insert(epoch_);
  state_ = State::greeting;
  synced_ = false;
  hello_.number = hello_.number.next();
  sent_ = accepted_ = credit_ = base::JobNumber(0);
  unaccepted_.clear();
  orders_.reset();
  applied_ = base::ReportNumber(0);
  beat_ = base::BeatNumber(0);
  hello_interval_ = limits_.hello_first;
  rto_ = limits_.rto_first;
  next_hello_ = now;
  next_ping_ = next_resend_ = base::kNever;
  heard_ = now;
}

void NodeLink::ping(base::Instant now, Actions& actions, bool gap) {
  next_ping_ = now + limits_.ping;
  say(protocol::Ping{hello_.run, epoch_, beat_, applied_, gap}, actions);
}

void NodeLink::tick(base::Instant now, Actions& actions) {
  if (state_ == State::greeting && now >= next_hello_) {
    say(hello_, actions);
    next_hello_ = now + hello_interval_;
    hello_interval_ = std::min(hello_interval_ * 2, limits_.hello_most);
  }
  if (state_ != State::live) return;
  if (now >= next_ping_) {
    ping(now, actions);
    if (cancel_) say(protocol::Cancel{hello_.run, epoch_, *cancel_}, actions);
    if (orders_) say(*orders_, actions);
    if (leaving_) say(protocol::Bye{hello_.run, epoch_}, actions);
    if (synced_) say(protocol::Synced{hello_.run, epoch_}, actions);
  }
  if (now >= next_resend_ && !unaccepted_.empty()) resend(now, actions);
}

base::Instant NodeLink::next_deadline() const {
  if (state_ == State::greeting) return limits_.dead ? std::min(next_hello_, heard_ + limits_.greet) : next_hello_;
  if (state_ == State::gone) return base::kNever;
  base::Instant next = std::min(next_ping_, next_resend_);
  if (limits_.dead) next = std::min(next, heard_ + *limits_.dead);
  return next;
}

}  // namespace dtest::master
