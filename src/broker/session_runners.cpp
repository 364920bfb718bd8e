// The part of a session that deals with its runners.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/environment.hpp"
#include "broker/session.hpp"

namespace dtest::broker {

using protocol::Outcome;
using SlotState = RunnerSlot::State;

RunnerSlot* Session::find(base::Slot slot, base::Incarnation incarnation) {
  if (slot.value < 1 || slot.value > runners_.size()) return nullptr;
  RunnerSlot& runner = runners_[slot.value - 1];
  return runner.incarnation() == incarnation && runner.has_process() ? &runner : nullptr;
}

bool Session::is_open(const RunnerSlot& runner, base::ItemId item, base::Attempt attempt) const {
  return runner.item() && runner.item()->item == item && runner.item()->attempt == attempt;
}

// The boot process and the runner itself both tell the pid: either may end before it has.
void Session::on_pid(base::Slot slot, base::Incarnation incarnation, std::int64_t pid, Actions& actions) {
  RunnerSlot* runner = find(slot, incarnation);
  if (runner != nullptr && runner->pid() != 0) return;
  if (runner != nullptr) runner->forked(pid);
  actions.emplace_back(AdoptRunner{run_, slot, incarnation, pid});
}

void Session::fork_runners(base::Instant now, Actions& actions) {
  if (!boot_.alive || !boot_.loaded || (state_ != State::serving && state_ != State::opening)) return;
  for (RunnerSlot& runner : runners_) {
    if (runner.state() != SlotState::empty) continue;
    runner.fork(now);
    actions.emplace_back(ForkRunner{run_, runner.slot(), runner.incarnation(), boot_.incarnation,
                                    runner_environment(options_, run_, runner.slot(), node_),
                                    options_.tmpdir});
  }
}

// Idle runners first, as many as this session is allowed. Then brief items go ahead to those that run one: the way to
// the broker and back would take longer than the item.
void Session::feed_runners(base::Instant now, Actions& actions) {
  if (state_ != State::serving) return;
  obey_orders(now, actions);
  if (state_ != State::serving) return;
  std::uint32_t working = busy();
  for (RunnerSlot& runner : runners_) {
    if (queue_.empty() || working >= most_) break;
    if (runner.state() != SlotState::idle || runner.rests()) continue;
    auto at = next_for(runner);
    if (at == queue_.end()) continue;
    if (runner.is_outgrown()) {
      replace(runner, now, actions);
      continue;
    }
    ++working;
    Waiting next = std::move(*at);
    queue_.erase(at);
    report(protocol::ItemStart{runner.slot(), runner.incarnation(), next.work.item, next.work.attempt}, false, now);
    actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), next.work});
    runner.start(std::move(next.work), next.brief, now);
  }
  for (RunnerSlot& runner : runners_) {
    if (queue_.empty() || !queue_.front().brief || working > most_) return;
    if (!runner.takes_ahead() || runner.rests()) continue;
    actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), queue_.front().work});
    runner.send_ahead(std::move(queue_.front().work));
    queue_.pop_front();
  }
}

void Session::on_example(RunnerSlot& runner, const protocol::ExampleOver& over, base::Instant now) {
  if (!is_open(runner, over.example.item, over.example.attempt)) return;
  bool bad = over.example.status != "passed" && over.example.status != "pending";
  protocol::Example example = over.example;
  example.took = awake(example.took, runner.slept_in_example());
  runner.ended_example(now);
  report(example, bad, now);
}

// An item goes only to a runner whose databases are its own.
void Session::on_ready(RunnerSlot& runner, const protocol::Ready& ready, base::Instant now, Actions& actions) {
  if (runner.state() != SlotState::forking) return;
  if (claim(runner, ready.databases)) {
    runner.ready(now, ready.rss_kb);
    served_ = true;
    report(protocol::RunnerUp{runner.slot(), runner.incarnation(), runner.pid()}, true, now);
    weigh_fresh(runner, now);
    feed_runners(now, actions);
  } else {
    runner.retire(now);
    actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), protocol::Quit{}});
  }
  tell_shared(now);
}

void Session::on_list(RunnerSlot& runner, const protocol::ExampleList& list, base::Instant now, Actions& actions) {
  if (!is_open(runner, list.item, list.attempt)) return;
  runner.progressed(now);
  if (runner.announce(list.examples.size(), limits_.examples)) {
    report(list, false, now);
  } else if (runner.state() == SlotState::busy) {
    kill_runner(runner, RunnerSlot::Kill::excess,
                "the file has more than " + base::show_count(limits_.examples) + " examples", actions);
  }
}

// Once all is being killed, what a runner comes to may be the doing of the signal, as a wait that it ended: it is no
// verdict. What was under way when the kill was sent cannot be told from that.
bool Session::comes_too_late(const RunnerSlot& runner, const protocol::LocalReport& message) const {
  if (state_ != State::closing && runner.killed() != RunnerSlot::Kill::run_over) return false;
  return std::holds_alternative<protocol::ExampleBegin>(message.body) ||
         std::holds_alternative<protocol::ExampleOver>(message.body) ||
         std::holds_alternative<protocol::RunDone>(message.body);
}

void Session::on_runner_report(RunnerSlot& runner, const protocol::LocalReport& message, base::Instant now,
                               Actions& actions) {
  const bool whole = runner.heard(message.number);
  if (!whole && runner.state() != SlotState::dying)
    kill_runner(runner, RunnerSlot::Kill::faulty, "killed: some of what it said was lost", actions);
  // An account with holes, or of examples that were not announced: it is not to end its item as if nothing were
  // missing.
  const bool counts = whole && runner.killed() != RunnerSlot::Kill::excess;
  if (!counts && !std::holds_alternative<protocol::LocalHello>(message.body)) return;
  if (comes_too_late(runner, message)) return;
  if (const auto* ready = std::get_if<protocol::Ready>(&message.body)) {
    on_ready(runner, *ready, now, actions);
  } else if (const auto* begin = std::get_if<protocol::ExampleBegin>(&message.body)) {
    if (is_open(runner, begin->item, begin->attempt)) runner.began(begin->id, now);
  } else if (const auto* over = std::get_if<protocol::ExampleOver>(&message.body)) {
    on_example(runner, *over, now);
  } else if (const auto* list = std::get_if<protocol::ExampleList>(&message.body)) {
    on_list(runner, *list, now, actions);
  } else if (const auto* done = std::get_if<protocol::RunDone>(&message.body)) {
    if (!is_open(runner, done->end.item, done->end.attempt)) return;
    protocol::ItemEnd end = done->end;
    end.took = awake(end.took, runner.slept_in_item());
    end.load = std::min(end.load, end.took);
    weigh(runner, end);
    runner.done(now);
    finish_item(std::move(end), now);
    if (const auto& next = runner.item())
      report(protocol::ItemStart{runner.slot(), runner.incarnation(), next->item, next->attempt}, false, now);
    feed_runners(now, actions);
  } else if (const auto* error = std::get_if<protocol::OutsideError>(&message.body)) {
    runner.progressed(now);
    runner.erred();
    protocol::OutsideError told = *error;
    told.by = runner.slot();
    report(told, true, now);
  } else if (const auto* plan = std::get_if<protocol::Plan>(&message.body)) {
    on_plan(runner.slot(), *plan, now, actions);
  } else if (const auto* notice = std::get_if<protocol::Notice>(&message.body)) {
    report(*notice, false, now);
  } else if (const auto* failed = std::get_if<protocol::BootFailed>(&message.body)) {
    if (works()) fail(*failed, now, actions);
  } else if (const auto* hello = std::get_if<protocol::LocalHello>(&message.body)) {
    runner.progressed(now);
    on_pid(runner.slot(), runner.incarnation(), hello->pid, actions);
    if (message.number > 1) send_again(runner, actions);
  } else if (const auto* loading = std::get_if<protocol::Loading>(&message.body)) {
    if (!loading->hook.empty() || runner.state() != SlotState::leaving) runner.entered(loading->hook);
    if (runner.state() == SlotState::forking && loading->hook.empty()) runner.loads(loading->path);
    runner.progressed(now);
  } else if (std::holds_alternative<protocol::LocalBye>(message.body)) {
    runner.said_bye();
  }
}

// It had to connect anew, and what was on its way is lost; it drops what it has had.
void Session::send_again(const RunnerSlot& runner, Actions& actions) {
  const auto send = [&](const protocol::LocalWork& work) {
    actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), work});
  };
  if (runner.item()) send(*runner.item());
  if (runner.ahead()) send(*runner.ahead());
  if (runner.state() == SlotState::leaving) send(protocol::Quit{});
}

namespace {

// A project may have it ignored, and native code may not let Ruby's handler run.
std::string without_stacks(const ProcessOver& over) {
  if (over.output.data.find("-- stacks of runner ") != std::string::npos) return "";
  return ", which it ignores or does not come to: so there are no stacks";
}

}  // namespace

void Session::on_runner_over(RunnerSlot& runner, const ProcessOver& over, base::Instant now, Actions& actions) {
  using Kill = RunnerSlot::Kill;
  bool timed_out = runner.killed() == Kill::timed_out;
  bool killed = runner.killed() == Kill::run_over || (runner.killed() == Kill::none && state_ == State::closing);
  bool excess = runner.killed() == Kill::excess;
  const bool hung_at_load = timed_out && !runner.loading().empty() && !served_;  // and so will the next one
  bool leaving = runner.state() == SlotState::leaving;
  if (runner.item()) {
    protocol::ItemEnd end;
    end.item = runner.item()->item;
    end.attempt = runner.item()->attempt;
    end.outcome = timed_out ? Outcome::timed_out : killed ? Outcome::stopped : excess ? Outcome::load_error
                                                                                      : Outcome::crashed;
    end.why = runner.kill_reason().empty() ? over.how : runner.kill_reason();
    if (timed_out && over.how == "SIGKILL") end.why += ", and did not end on SIGTERM" + without_stacks(over);
    end.running = runner.running();
    end.took = now - runner.started();
    end.output = over.output;
    finish_item(std::move(end), now);
  }
  tell_broken_off(runner, over, now);
  bool outgrown = leaving && runner.replaced();
  bool hung_in_hook = runner.killed() == Kill::hook;
  std::string why = hung_at_load || killed || excess || hung_in_hook ? "killed" : timed_out ? "timed_out"
                    : outgrown ? "memory" : leaving ? "ended" : "crashed";
  report(protocol::RunnerExit{runner.slot(), runner.incarnation(), over.pid, over.how, why, over.output,
                              outgrown ? runner.rss_kb() : 0}, true, now);
  if (std::optional<protocol::RunWork> ahead = runner.take_ahead()) {
    // It never began: for the master it waited here all the time. One that was killed may have begun it unheard, and
    // the same try is not to be run twice: it goes back for another.
    if (state_ == State::serving && runner.killed() == Kill::none) queue_.push_front({std::move(*ahead), true});
    else give_back(ahead->item, ahead->attempt, now);
  }
  std::string reason = runner.kill_reason();
  unsigned useless = runner.over();
  if (runner.lost()) release(runner.slot());
  if (hung_in_hook && works()) return fail({reason, 78, over.output}, now, actions);
  const std::string name = base::runner_name(runner.slot());
  if (hung_at_load && works()) return fail({name + " was " + reason, 1, over.output}, now, actions);
  if (state_ != State::serving) return;
  if (useless >= limits_.fork_failures) give_up(runner, over, useless, now, actions);
  tell_shared(now);
  if (state_ != State::serving) return;
  fork_runners(now, actions);
  feed_runners(now, actions);  // others may be idle, and this slot may never come back
}

void Session::give_up(RunnerSlot& runner, const ProcessOver& last, unsigned useless, base::Instant now,
                      Actions& actions) {
  runner.give_up();
  release(runner.slot());
  const std::string at = runner.loading().empty() ? "" : " while it loaded " + runner.loading();
  report(protocol::Notice{base::runner_name(runner.slot()) + " is given up: " +
                              std::to_string(useless) + " processes in a row ended (" + last.how + at +
                              ") before they had run a file", "warn"}, true, now);
  if (usable() == 0)
    fail({"every runner ends (" + last.how + at + ") before it has run a file", 1, last.output}, now, actions);
}

void Session::check_runners(base::Instant now, Actions& actions) {
  if (!works()) return;
  for (RunnerSlot& runner : runners_) {
    if (runner.state() == SlotState::leaving && now - runner.progress() >= options_.exit_timeout) {
      tell_late(runner, now);
      kill_runner(runner, RunnerSlot::Kill::run_over, "it did not quit", actions);
    }
    bool waits = runner.state() == SlotState::busy || runner.state() == SlotState::forking;
    if (!waits || now - runner.progress() < limit_of(runner)) continue;
    // Whose pid is not known cannot be killed, nor its end seen: the end of the boot process settles that.
    if (runner.pid() == 0 && boot_.alive)
      kill_boot("killed: a runner that it was to fork was not heard of for " +
                    base::show_secs(base::seconds(limit_of(runner))),
                actions);
    auto why = runner.hook().empty() ? RunnerSlot::Kill::timed_out : RunnerSlot::Kill::hook;
    kill_runner(runner, why, over_limit(runner, now), actions);
  }
}

void Session::kill_runner(RunnerSlot& runner, RunnerSlot::Kill why, std::string reason, Actions& actions) {
  runner.dying(why, std::move(reason));
  actions.emplace_back(KillProcess{run_, runner.slot(), runner.incarnation(), options_.grace});
}

}  // namespace dtest::broker
