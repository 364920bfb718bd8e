// The part of the master that says what becomes of the end of an attempt; the circuit breaker has its say in it.
#include <utility>

#include "master/master.hpp"

namespace dtest::master {

using protocol::Outcome;

Decision Master::decide(Item& item, Outcome outcome) const {
  bool may_repeat = state_ == State::running && working_node();
  switch (outcome) {
    case Outcome::done:
    case Outcome::load_error:
    case Outcome::timed_out:
      return Decision::accepted;
    case Outcome::crashed:
      if (++item.crashes > limits_.crash_retries) return Decision::accepted;
      return may_repeat ? Decision::repeated : Decision::accepted;
    case Outcome::returned:
      return may_repeat ? Decision::repeated : Decision::abandoned;
    case Outcome::stopped:
      if (++item.losses > limits_.losses) return Decision::accepted;
      return may_repeat ? Decision::repeated : Decision::accepted;
  }
  return Decision::abandoned;
}

void Master::on_end(Node& node, const protocol::ItemEnd& end, base::Instant now) {
  Item* item = in_flight(node.link.name(), end.item, end.attempt);
  if (item == nullptr) return;
  if (end.outcome == Outcome::crashed) item->avoid = node.link.name();
  Decision decision = decide(*item, end.outcome);
  const bool drained = end.outcome == Outcome::returned && !end.why.empty();
  if (drained && decision == Decision::repeated) ++node.given_back;
  // What was cut off tells nothing of its runner.
  bool final = decision == Decision::accepted && end.outcome != Outcome::stopped;
  // A retry has nothing but what was bad before.
  if (breaker_.ended(node.link.name(), end, final && item->retry == 0 && state_ == State::running, now)) {
    hold(node.link.name(), end, now);
    return;
  }
  if (final) retry(node.link.name(), end);
  settle(end.item, node.link.name(), end, decision, now);
}

// Bad examples become an item of their own, and what a crash kept from running. A file that did not load stays
// unloaded, and for who crashed there is --crash-retries.
void Master::retry(const std::string& node, const protocol::ItemEnd& end) {
  bool mends = end.outcome == Outcome::done || end.outcome == Outcome::timed_out || end.outcome == Outcome::crashed;
  const Item& item = items_[end.item.value];
  if (!mends || state_ != State::running || !working_node() || item.retry >= limits_.retries) return;
  Retry retry{end.item, end.attempt, base::ItemId(static_cast<std::uint32_t>(items_.size())), item.retry + 1,
              limits_.retries, listener_.to_retry(end)};
  if (retry.examples.empty() || retried_ + retry.examples.size() > limits_.retry_limit) return;
  retried_ += retry.examples.size();
  Item next;
  next.work = {item.work.path, retry.examples, std::nullopt, item.work.node, item.work.slot};
  next.retry = retry.number;
  if (limits_.retry_on == Limits::RetryOn::other) next.avoid = node;
  if (limits_.retry_on == Limits::RetryOn::same) next.stay = node;
  listener_.on_retry(end, retry);
  queue_.push_front(retry.next);
  items_.push_back(std::move(next));
}

// It is no longer where it was sent.
void Master::land(Item& item) {
  if (std::exchange(item.on_slot, false)) slots_.erase({item.node, item.work.slot});
  if (auto at = nodes_.find(item.node); at != nodes_.end()) --at->second.in_flight;
  item.node.clear();
  --in_flight_;
}

void Master::settle(base::ItemId id, const std::string& node, const protocol::ItemEnd& end, Decision decision,
                    base::Instant now) {
  Item& item = items_[id.value];
  const bool barred = item.on_slot && end.outcome == Outcome::returned;
  land(item);
  if (barred) item.work.slot = {};  // its runner is no more: another one does it
  if (decision == Decision::repeated) {
    item.attempt = item.attempt.next();
    queue_.push_front(id);
  } else {
    item.over = true;
    breaker_.dropped(id);
  }
  listener_.on_attempt_over(node, end, decision, now);
}

// Everything in flight at a node comes back. Returns how many items will be tried again.
std::uint64_t Master::release(const std::string& node, const std::string& reason, base::Instant now) {
  std::uint64_t requeued = 0;
  breaker_.gone(node);
  for (std::uint32_t i = 0; i < items_.size() && in_flight_ > 0; ++i) {
    Item& item = items_[i];
    if (item.over || item.node != node) continue;
    protocol::ItemEnd end;
    end.item = base::ItemId(i);
    end.attempt = item.attempt;
    end.outcome = Outcome::stopped;
    end.why = reason;
    Decision decision = decide(item, end.outcome);
    requeued += decision == Decision::repeated ? 1 : 0;
    settle(end.item, node, end, decision, now);
  }
  return requeued;
}

void Master::hold(const std::string& node, const protocol::ItemEnd& end, base::Instant now) {
  land(items_[end.item.value]);
  held_[end.item] = {node, end};
  listener_.on_held(node, end, now);
}

void Master::stand(base::ItemId id, base::Instant now) {
  auto held = held_.extract(id);
  if (held.empty()) return;
  const HeldEnd& what = held.mapped();
  retry(what.node, what.end);
  items_[id.value].over = true;
  listener_.on_attempt_over(what.node, what.end, Decision::accepted, now);
}

void Master::doubt(base::ItemId id, base::Instant now) {
  if (state_ != State::running || !working_node()) {
    breaker_.dropped(id);
    stand(id, now);
    return;
  }
  auto held = held_.extract(id);
  if (held.empty()) return;
  Item& item = items_[id.value];
  item.attempt = item.attempt.next();
  queue_.push_front(id);
  listener_.on_attempt_over(held.mapped().node, held.mapped().end, Decision::doubted, now);
}

void Master::obey(const Breaker::Rulings& rulings, base::Instant now, Actions& actions) {
  for (const Finding& finding : rulings.findings) listener_.on_finding(finding, now);
  for (base::ItemId id : rulings.stand) stand(id, now);
  for (base::ItemId id : rulings.again) doubt(id, now);
  for (const std::string& name : rulings.nodes) {
    auto node = nodes_.find(name);
    if (node == nodes_.end() || node->second.link.state() != NodeLink::State::live) continue;
    node->second.link.order(breaker_.orders(name), actions);
    if (state_ == State::running && breaker_.is_spent(name)) leave_out(node->second, now, actions);
  }
}

// None of its runners is of any use. It runs its exit handlers and closes, as at the end of the run.
void Master::leave_out(Node& node, base::Instant now, Actions& actions) {
  node.failed = node.ending = true;
  node.left_out = "left out: all its runners failed files that passed elsewhere";
  node.link.bye(now, actions);
}

}  // namespace dtest::master
