#include "broker/session.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "protocol/codec.hpp"

namespace dtest::broker {

using protocol::Outcome;

Session::Session(const protocol::Hello& hello, base::Epoch epoch, std::string node, const Limits& limits,
                 std::uint32_t share, base::Instant now, Actions& actions)
    : run_(hello.run), number_(hello.number), epoch_(epoch), options_(hello.options), node_(std::move(node)),
      limits_(limits), synced_(options_.workspace.empty()), outbox_(limits), opened_(now), share_(share), most_(share),
      exhausted_(now), next_beat_(now), lease_(now) {
  options_.runners = std::min(options_.runners, limits_.runners);
  for (std::uint32_t i = 1; i <= options_.runners; ++i) runners_.emplace_back(base::Slot(i));
  raise_credit(now);
  actions.emplace_back(StartKeeper{run_, number_, options_});
  if (synced_) set_up(now, actions);
  beat(now, actions);
}

std::uint32_t Session::busy() const {
  return static_cast<std::uint32_t>(std::count_if(runners_.begin(), runners_.end(),
                                                  [](const RunnerSlot& r) { return r.item().has_value(); }));
}

protocol::NodeHeader Session::header() const {
  return {number_, epoch_, beat_, accepted_, credit_, outbox_.published()};
}

// A session without any share, that waits for others, or whose project is still on its way is not to hold items that
// another node could run.
void Session::raise_credit(base::Instant now) {
  if (accepted_ == credit_) exhausted_ = now;
  if (!options_.workspace.empty() && state_ == State::opening) return;
  if (outbox_.full() || waits_long(now) || (state_ != State::opening && state_ != State::serving)) return;
  std::uint64_t runners = std::min(usable(), share_);
  std::uint64_t ahead = runners > 0 ? runners * limits_.prefetch_per_runner + limits_.prefetch : 0;
  base::JobNumber limit(finished_ + runners + ahead);
  credit_ = std::max(credit_, limit);
}

void Session::report(const protocol::Body& body, bool urgent, base::Instant now) {
  outbox_.add(protocol::encode(body), urgent, now);
}

void Session::publish(base::Instant now, Actions& actions) {
  for (;;) {
    Outbox::Batch batch = outbox_.take(now);
    if (batch.bodies.empty()) return;
    tell_accepted_ = base::kNever;
    protocol::Result result{header(), protocol::Reports{batch.first, {}}};
    actions.emplace_back(Publish{run_, protocol::encode(result, batch.bodies)});
  }
}

void Session::beat(base::Instant now, Actions& actions) {
  beat_ = beat_.next();
  next_beat_ = now + limits_.beat;
  tell_accepted_ = base::kNever;
  if (limits_.lease) beats_sent_[beat_] = now;
  actions.emplace_back(Publish{run_, protocol::encode(protocol::Result{header(), protocol::Beat{busy()}}, {})});
}

void Session::on_hello(base::Instant now, Actions& actions) { beat(now, actions); }

void Session::on_item(const protocol::ItemWork& work, base::Instant now, Actions& actions) {
  // After `closed` nothing is reported any more: what is still sent, goes back when the master reads it.
  if (work.job != accepted_.next() || work.job > credit_ || state_ == State::closed) {
    beat(now, actions);
    return;
  }
  accepted_ = work.job;
  tell_accepted_ = std::min(tell_accepted_, now + limits_.batch);
  if (state_ != State::opening && state_ != State::serving) {
    give_back(work.item, work.attempt, now);
  } else {
    bool brief = work.expected && *work.expected <= limits_.brief && work.only.empty();
    enqueue({{work.item, work.attempt, work.path, work.examples, work.last}, brief, work.only});
    feed_runners(now, actions);
  }
  publish(now, actions);
}

void Session::on_ping(const protocol::Ping& ping, base::Instant now, Actions& actions) {
  // The lease runs from when this node sent the beat, not from when the echo came: an echo may have waited
  // for half a minute in some buffer.
  if (auto sent = beats_sent_.find(ping.beat); sent != beats_sent_.end()) {
    lease_ = std::max(lease_, sent->second);
    beats_sent_.erase(beats_sent_.begin(), sent);
  }
  if (ping.ack > outbox_.published()) return;
  bool was_full = outbox_.full();
  outbox_.acknowledge(ping.ack, now);
  if (was_full && !outbox_.full()) {
    raise_credit(now);
    beat(now, actions);
  }
  if (ping.gap) outbox_.gap(now);
  if (state_ == State::closed && outbox_.empty()) state_ = State::gone;
  publish(now, actions);
}

void Session::on_cancel(bool kill_all, base::Instant now, Actions& actions) {
  if (kill_all) {
    kill(now, actions);
  } else if (state_ == State::opening || state_ == State::serving) {
    state_ = State::draining;
    give_back_queue(now);
  }
  publish(now, actions);
}

void Session::drain(base::Instant now, Actions& actions) {
  drained_ = "its dtestd was drained (SIGUSR1)";
  const std::string text = node_ + " is being drained: it begins nothing new, and ends when what it runs is over";
  report(protocol::Notice{text, "debug"}, true, now);
  on_cancel(false, now, actions);
}

void Session::on_bye(base::Instant now, Actions& actions) {
  if (works()) leave(now, actions);
  else if (state_ == State::closed && outbox_.empty()) state_ = State::gone;
  publish(now, actions);
}

void Session::give_back_queue(base::Instant now) {
  for (const Waiting& waiting : std::exchange(queue_, {})) give_back(waiting.work.item, waiting.work.attempt, now);
}

void Session::give_back(base::ItemId item, base::Attempt attempt, base::Instant now) {
  protocol::ItemEnd end;
  end.item = item;
  end.attempt = attempt;
  end.outcome = Outcome::returned;
  end.why = drained_;
  finish_item(std::move(end), now);
}

void Session::finish_item(protocol::ItemEnd end, base::Instant now) {
  ++finished_;
  report(end, true, now);
  raise_credit(now);
}

void Session::fail(protocol::BootFailed failure, base::Instant now, Actions& actions) {
  report(failure, true, now);
  kill(now, actions);
}

void Session::kill(base::Duration grace, base::Instant now, Actions& actions) {
  if (state_ == State::closing || state_ == State::closed || state_ == State::gone) return;
  state_ = State::closing;
  leave_limit_ = base::kNever;
  tell_shared(now);
  give_back_queue(now);
  actions.emplace_back(KillSession{run_, grace});
  publish(now, actions);
}

void Session::on_empty(base::Instant now, Actions& actions) {
  if (state_ == State::closed || state_ == State::gone) return;
  const std::string how = works() ? "the guardian was killed" : "killed";
  if (works()) {
    report(protocol::BootFailed{"the guardian of the run on this node was killed, and every process of the run there "
                                "with it", 69, {}}, true, now);
  }
  if (state_ == State::leaving) tell_not_through("the guardian of the run on this node was killed", now);
  state_ = State::closing;  // so that nothing is forked again, and nobody is said to have crashed
  for (RunnerSlot& runner : runners_) {
    if (!runner.has_process()) continue;
    on_runner_over(runner, {runner.slot(), runner.incarnation(), runner.pid(), how, true, {}}, now, actions);
  }
  for (const Hook& hook : std::exchange(hooks_, {})) report_hook_end(hook, {hook.slot, "killed", false, {}}, now);
  give_back_queue(now);
  boot_.alive = false;
  leave_limit_ = base::kNever;
  state_ = State::closed;
  if (limits_.lease) forget_ = now + limits_.forget;
  report(protocol::Closed{drained_}, true, now);
  publish(now, actions);
}

void Session::on_local(const protocol::LocalReport& message, base::Instant now, Actions& actions) {
  // An exit handler with much to do, as one that writes a report, says that it is at work.
  if (state_ == State::leaving && std::holds_alternative<protocol::Loading>(message.body))
    leave_limit_ = now + options_.exit_timeout;
  if (std::holds_alternative<protocol::Forked>(message.body)) {
    on_boot_report(message, now, actions);  // bears the runner's name, not its own
  } else if (message.slot == base::kBootSlot) {
    if (message.incarnation == boot_.incarnation) on_boot_report(message, now, actions);
  } else if (RunnerSlot* runner = find(message.slot, message.incarnation)) {
    on_runner_report(*runner, message, now, actions);
  } else if (const auto* hello = std::get_if<protocol::LocalHello>(&message.body)) {
    on_pid(message.slot, message.incarnation, hello->pid, actions);  // given up, but it lives: so that it is killed
  }
  publish(now, actions);
}

void Session::on_process_over(const ProcessOver& over, base::Instant now, Actions& actions) {
  if (state_ == State::closed || state_ == State::gone) return;
  plans_.erase(over.slot);
  if (over.slot == base::kBootSlot) {
    if (over.incarnation == boot_.incarnation && boot_.alive) on_boot_over(over, now, actions);
  } else if (RunnerSlot* runner = find(over.slot, over.incarnation)) {
    on_runner_over(*runner, over, now, actions);
  }
  continue_leaving(now, actions);
  publish(now, actions);
}

void Session::tick(base::Instant now, Actions& actions) {
  if (fenced() && now - lease_ >= *limits_.lease) kill(std::min(options_.grace, limits_.lease_grace), now, actions);
  check_hooks(now, actions);
  check_boot(now, actions);
  check_runners(now, actions);
  give_up_waiting(now);
  if (now >= leave_limit_) cut_short(now, actions);
  if (now >= forget_) state_ = State::gone;
  if (state_ == State::gone) return;
  publish(now, actions);
  if (now >= next_beat_ || now >= tell_accepted_) beat(now, actions);
}

// A plan is reported whole: parts of two processes never mix, and those of one that died are forgotten.
void Session::on_plan(base::Slot from, const protocol::Plan& part, base::Instant now, Actions& actions) {
  if (planned_) return;
  std::vector<protocol::Plan>& parts = plans_[from];
  if (part.part == 0) parts.clear();
  if (part.part != parts.size()) return;
  parts.push_back(part);
  std::size_t files = 0;
  for (const protocol::Plan& each : parts) files += each.files.size();
  if (files > limits_.files) {
    if (works()) fail({"there are more than " + base::show_count(limits_.files) + " test files", 78, {}}, now, actions);
    return;
  }
  if (part.more) return;
  planned_ = true;
  for (const protocol::Plan& each : parts) report(each, true, now);
  plans_.clear();
}

base::Instant Session::next_deadline() const {
  base::Instant next = std::min({next_beat_, tell_accepted_, outbox_.due(), leave_limit_, forget_});
  if (waits_since_ && !waiting_told_) next = std::min(next, *waits_since_ + limits_.wait_told);
  next = std::min(next, fence());
  for (const Hook& hook : hooks_)
    if (works() && hook.kill_reason.empty()) next = std::min(next, hook.began + options_.hook_timeout);
  if (boot_.alive && !boot_.loaded && works()) next = std::min(next, boot_.progress + options_.boot_timeout);
  for (const RunnerSlot& runner : runners_) {
    if (!works()) break;
    if (runner.state() == RunnerSlot::State::busy || runner.state() == RunnerSlot::State::forking)
      next = std::min(next, runner.progress() + limit_of(runner));
    if (runner.state() == RunnerSlot::State::leaving)
      next = std::min(next, runner.progress() + options_.exit_timeout);
  }
  return next;
}

}  // namespace dtest::broker
