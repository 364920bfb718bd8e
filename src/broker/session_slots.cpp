// The part of a session that does what the master's circuit breaker wants of its slots (doc/protocol.md §12).
#include <algorithm>
#include <utility>

#include "broker/session.hpp"

namespace dtest::broker {
namespace {

using SlotState = RunnerSlot::State;

RunnerSlot::Order order_of(const std::string& what) {
  if (what == protocol::kRest) return RunnerSlot::Order::rest;
  return what == protocol::kRenew ? RunnerSlot::Order::renew : RunnerSlot::Order::stop;
}

}  // namespace

void Session::on_slots(const protocol::SlotOrders& orders, base::Instant now, Actions& actions) {
  if (orders.number <= ordered_) return;
  ordered_ = orders.number;
  for (RunnerSlot& runner : runners_) runner.order(RunnerSlot::Order::none, {});
  for (const protocol::SlotOrder& order : orders.orders)
    if (order.slot.value >= 1 && order.slot.value <= runners_.size())
      runners_[order.slot.value - 1].order(order_of(order.what), order.incarnation);
  feed_runners(now, actions);
  publish(now, actions);
}

void Session::obey_orders(base::Instant now, Actions& actions) {
  for (RunnerSlot& runner : runners_)
    if (runner.is_to_stop() || runner.is_to_renew()) put_off(runner, now, actions);
  give_back_barred(now);
  // The master closes a session whose runners it has all stopped; it does not know of those that never came up.
  const auto is_gone = [](const RunnerSlot& runner) { return runner.lost() && !runner.has_process(); };
  if (std::all_of(runners_.begin(), runners_.end(), is_gone))
    fail({"no runner is left: each failed files that passed on others, or could not be had", 69, {}}, now, actions);
}

// Between items: its exit handlers run, as at the end of a session.
void Session::put_off(RunnerSlot& runner, base::Instant now, Actions& actions) {
  if (runner.state() == SlotState::idle) {
    if (runner.is_to_stop()) runner.retire(now);
    else runner.renew(now);
    actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), protocol::Quit{}});
  } else if (runner.state() == SlotState::empty && runner.is_to_stop()) {
    runner.give_up();
    release(runner.slot());
  }
}

// What only some slots may run comes first: a slot that rests waits for its outcome.
void Session::enqueue(Waiting waiting) {
  auto at = waiting.only.empty() ? queue_.end() : std::find_if(queue_.begin(), queue_.end(), [](const Waiting& other) {
    return other.only.empty();
  });
  queue_.insert(at, std::move(waiting));
}

std::deque<Session::Waiting>::iterator Session::next_for(const RunnerSlot& runner) {
  return std::find_if(queue_.begin(), queue_.end(), [&](const Waiting& waiting) {
    const std::vector<base::Slot>& only = waiting.only;
    return only.empty() || std::find(only.begin(), only.end(), runner.slot()) != only.end();
  });
}

// What none of its slots will run goes back to the master, who may have others.
void Session::give_back_barred(base::Instant now) {
  const auto is_barred = [&](const Waiting& waiting) {
    return !waiting.only.empty() && std::none_of(waiting.only.begin(), waiting.only.end(), [&](base::Slot slot) {
      if (slot.value < 1 || slot.value > runners_.size()) return false;
      const RunnerSlot& runner = runners_[slot.value - 1];
      return !runner.lost() && !runner.rests();
    });
  };
  std::vector<Waiting> barred;
  for (const Waiting& waiting : queue_)
    if (is_barred(waiting)) barred.push_back(waiting);
  if (barred.empty()) return;
  std::erase_if(queue_, is_barred);
  for (const Waiting& waiting : barred) give_back(waiting.work.item, waiting.work.attempt, now);
}

}  // namespace dtest::broker
