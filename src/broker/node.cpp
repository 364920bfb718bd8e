#include "broker/node.hpp"

#include <algorithm>
#include <utility>

#include "broker/people.hpp"
#include "protocol/codec.hpp"

namespace dtest::broker {

void Node::on_subscription(const base::RunId& run, bool subscribed) {
  if (subscribed) subscribed_.insert(run);
  else subscribed_.erase(run);
}

Session* Node::find(const base::RunId& run) {
  auto at = sessions_.find(run);
  return at == sessions_.end() ? nullptr : at->second.get();
}

const Session* Node::session(const base::RunId& run) const {
  auto at = sessions_.find(run);
  return at == sessions_.end() ? nullptr : at->second.get();
}

// Calls the session, then forgets it if that was its end.
template <class Call>
void Node::with(const base::RunId& run, base::Instant now, Actions& actions, const Call& call) {
  Session* session = find(run);
  if (session == nullptr) return;
  charge(now);
  call(*session);
  if (session->state() == Session::State::gone) forget(run, now, actions);
  share_out(now, actions);
}

void Node::kill(const base::RunId& run, base::Instant now, Actions& actions) {
  waiting_.erase(run);
  with(run, now, actions, [&](Session& s) { s.kill(now, actions); });
}

void Node::forget(const base::RunId& run, base::Instant now, Actions& actions) {
  actions.emplace_back(Log{"info", told_at_end(*sessions_.at(run), now)});
  sessions_.erase(run);
  used_.erase(run);
  actions.emplace_back(EndSession{run});
  auto next = waiting_.find(run);
  if (next == waiting_.end()) return;
  protocol::Hello hello = std::move(next->second);
  waiting_.erase(next);
  open(hello, now, actions);
}

void Node::deny(const base::RunId& run, base::Epoch epoch, Actions& actions) {
  protocol::Result result;
  result.header.epoch = epoch;
  result.content = protocol::NoSession{};
  actions.emplace_back(Publish{run, protocol::encode(result, {})});
}

void Node::refuse(const base::RunId& run, base::SessionNumber number, const std::string& why, int code,
                  Actions& actions) {
  if (!subscribed_.contains(run)) return;  // the master repeats its hello
  protocol::Result result;
  result.header.number = number;
  result.content = protocol::Refused{why, code};
  actions.emplace_back(Publish{run, protocol::encode(result, {})});
}

void Node::open(const protocol::Hello& hello, base::Instant now, Actions& actions) {
  if (stopping_) {
    refuse(hello.run, hello.number, draining_ ? "it is being drained, and then stopped" : "it is being stopped", 69,
           actions);
    return;
  }
  charge(now);
  protocol::Hello own = hello;
  own.options.runners = std::min(hello.options.runners, limits_.runners);
  own.options.first_number = free_numbers(own.options.runners);
  actions.emplace_back(Log{"info", told_at_start(own)});
  const std::uint32_t share = share_of_newcomer(own.options, now);
  used_[hello.run] = least_used();
  sessions_[hello.run] = std::make_unique<Session>(own, base::Epoch(draw_()), name_, limits_, share, now, actions);
}

void Node::on_hello(const protocol::Hello& hello, base::Instant now, Actions& actions) {
  // Before the subscription is here, an answer would be lost; the master repeats its hello.
  if (!subscribed_.contains(hello.run)) return;
  Session* session = find(hello.run);
  if (session == nullptr) {
    open(hello, now, actions);
  } else if (hello.number == session->number()) {
    session->on_hello(now, actions);  // its share is as it was
  } else if (hello.number > session->number()) {
    auto next = waiting_.try_emplace(hello.run, hello).first;
    if (hello.number > next->second.number) next->second = hello;
    session->kill(now, actions);
    // Nothing that the old epoch still reports is of interest to anybody.
    if (session->state() == Session::State::closed) forget(hello.run, now, actions);
  }
  share_out(now, actions);
}

void Node::on_work(const protocol::Work& work, base::Instant now, Actions& actions) {
  if (const auto* hello = std::get_if<protocol::Hello>(&work)) {
    on_hello(*hello, now, actions);
    return;
  }
  if (const auto* ask = std::get_if<protocol::Ask>(&work)) {
    on_ask(*ask, now, actions);
    return;
  }
  std::visit(
      [&](const auto& m) {
        using Message = std::decay_t<decltype(m)>;
        if constexpr (!std::is_same_v<Message, protocol::Hello> && !std::is_same_v<Message, protocol::Ask>) {
          Session* session = find(m.run);
          // A session that is still being killed is not denied: that answer licenses a second start. Another epoch
          // than the session's is dead: this one was opened only when that one was reaped.
          if (session == nullptr || session->epoch() != m.epoch) {
            deny(m.run, m.epoch, actions);
            return;
          }
          with(m.run, now, actions, [&](Session& s) {
            if constexpr (std::is_same_v<Message, protocol::ItemWork>) s.on_item(m, now, actions);
            else if constexpr (std::is_same_v<Message, protocol::Ping>) s.on_ping(m, now, actions);
            else if constexpr (std::is_same_v<Message, protocol::Cancel>) s.on_cancel(m.kill, now, actions);
            else if constexpr (std::is_same_v<Message, protocol::Synced>) s.on_synced(now, actions);
            else if constexpr (std::is_same_v<Message, protocol::SlotOrders>) s.on_slots(m, now, actions);
            else s.on_bye(now, actions);
          });
        }
      },
      work);
}

void Node::on_local(const base::RunId& run, const protocol::LocalReport& report, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_local(report, now, actions); });
}

void Node::on_workspace(const base::RunId& run, const std::string& path, const std::string& fault, base::Instant now,
                        Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_workspace(path, fault, now, actions); });
}

void Node::on_process_over(const base::RunId& run, const ProcessOver& over, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_process_over(over, now, actions); });
}

void Node::on_hook_over(const base::RunId& run, const HookOver& over, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_hook_over(over, now, actions); });
}

void Node::on_fenced(const base::RunId& run, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.kill(now, actions); });
}

void Node::on_session_empty(const base::RunId& run, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_empty(now, actions); });
  if (stopping_ || waiting_.contains(run))
    if (find(run) != nullptr) forget(run, now, actions);
  share_out(now, actions);
}

void Node::on_printed(const base::RunId& run, base::Slot slot, std::string output, std::uint64_t left_out,
                      base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_printed(slot, std::move(output), left_out, now, actions); });
}

void Node::on_said(const base::RunId& run, const std::string& text, base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_said(text, now, actions); });
}

void Node::on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation, std::uint64_t kept,
                    base::Instant now, Actions& actions) {
  with(run, now, actions, [&](Session& s) { s.on_flood(slot, incarnation, kept, now, actions); });
}

void Node::on_slept(base::Duration time) {
  for (auto& [run, session] : sessions_) session->on_slept(time);
}

void Node::tick(base::Instant now, Actions& actions) {
  std::vector<base::RunId> due;
  for (const auto& [run, session] : sessions_)
    if (session->next_deadline() <= now) due.push_back(run);
  for (const base::RunId& run : due) with(run, now, actions, [&](Session& s) { s.tick(now, actions); });
  if (!draining_) return;
  for (auto& [run, session] : sessions_)
    if (session->busy() == 0) session->leave_drained(now, actions);
}

void Node::drain(base::Instant now, Actions& actions) {
  if (std::exchange(draining_, true)) return;
  stopping_ = true;
  waiting_.clear();
  for (auto& [run, session] : sessions_) session->drain(now, actions);
}

void Node::stop(base::Instant now, Actions& actions) {
  stopping_ = true;
  waiting_.clear();
  std::vector<base::RunId> closed;
  for (auto& [run, session] : sessions_) {
    session->stop(now, actions);
    if (session->state() == Session::State::closed) closed.push_back(run);
  }
  for (const base::RunId& run : closed) forget(run, now, actions);
}

base::Instant Node::next_deadline() const {
  base::Instant next = base::kNever;
  for (const auto& [run, session] : sessions_) next = std::min(next, session->next_deadline());
  return next;
}

}  // namespace dtest::broker
