// The part of a session that brings its processes to their end in order, and tells of those that took another way.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/session.hpp"

namespace dtest::broker {
namespace {

// "ended with exit 3, ...", "ended on SIGKILL, ..."; or "was killed: why".
std::string ended(const std::string& how, const std::string& where, const std::string& kill_reason) {
  if (!kill_reason.empty()) return " was " + kill_reason;
  return (how.starts_with("exit") ? " ended with " : " ended on ") + how + where;
}

}  // namespace

void Session::leave(base::Instant now, Actions& actions) {
  state_ = State::leaving;
  leave_limit_ = now + options_.exit_timeout;
  give_back_queue(now);
  for (RunnerSlot& runner : runners_) {
    if (runner.state() == RunnerSlot::State::idle) {
      runner.leaving();
      actions.emplace_back(SendLocal{run_, runner.slot(), runner.incarnation(), protocol::Quit{}});
    } else if (runner.has_process() && runner.state() != RunnerSlot::State::dying &&
               runner.state() != RunnerSlot::State::leaving) {
      kill_runner(runner, RunnerSlot::Kill::run_over, "the run is over", actions);
    }
  }
  continue_leaving(now, actions);
}

void Session::leave_drained(base::Instant now, Actions& actions) {
  if (state_ == State::leaving || !works()) return;
  leave(now, actions);
  publish(now, actions);
}

// Runners first, then the boot process: its exit handlers may remove what runners still use.
void Session::continue_leaving(base::Instant now, Actions& actions) {
  if (state_ != State::leaving) return;
  if (std::any_of(runners_.begin(), runners_.end(), [](const RunnerSlot& r) { return r.has_process(); })) return;
  if (boot_.alive && boot_.loaded && !leaving_boot_) {
    leaving_boot_ = true;
    leave_limit_ = now + options_.exit_timeout;
    actions.emplace_back(SendLocal{run_, base::kBootSlot, boot_.incarnation, protocol::Quit{}});
  } else if (!boot_.alive || !leaving_boot_) {
    kill(now, actions);
  }
}

// Whoever still runs its exit handlers is named and killed.
void Session::cut_short(base::Instant now, Actions& actions) {
  bool late = false;
  for (const RunnerSlot& runner : runners_) {
    if (runner.state() != RunnerSlot::State::leaving) continue;
    late = true;
    tell_late(runner, now);
  }
  if (!late && leaving_boot_ && boot_.alive)
    tell_exit_error("an exit handler", "the boot process was killed: its exit handlers" + still_ran(), std::nullopt, {},
                    now);
  kill(now, actions);
}

std::string Session::still_ran() const {
  return " were still running after " + base::show_secs(base::seconds(options_.exit_timeout)) +
         ", the limit of --exit-timeout";
}

// A serial run would have waited, and perhaps failed.
void Session::tell_late(const RunnerSlot& runner, base::Instant now) {
  const bool in_hooks = runner.hook() != protocol::kExitHandlers;
  tell_exit_error("the exit of " + base::runner_name(runner.slot()),
                  std::string("the runner was killed: its ") +
                      (in_hooks ? "suite hooks, as after(:suite)," : "exit handlers") + still_ran(),
                  runner.slot(), {}, now);
}

void Session::tell_exit_error(std::string where, std::string message, std::optional<base::Slot> by,
                              protocol::Bytes output, base::Instant now) {
  protocol::OutsideError error;
  error.where = std::move(where);
  error.exception.message = std::move(message);
  error.by = by;
  error.output = std::move(output);
  report(error, true, now);
}

void Session::stop(base::Instant now, Actions& actions) {
  if (state_ == State::leaving) tell_not_through("the node was told to stop", now);
  kill(now, actions);
}

// All die that still run what comes after the last example.
void Session::tell_not_through(const std::string& why, base::Instant now) {
  std::string who;
  for (const RunnerSlot& runner : runners_)
    if (runner.state() == RunnerSlot::State::leaving)
      who += (who.empty() ? "" : ", ") + base::runner_name(runner.slot());
  if (boot_.alive && boot_.loaded) who += std::string(who.empty() ? "" : ", ") + "the boot process";
  if (who.empty()) return;
  tell_exit_error("an exit handler", why + ", and the exit handlers were not through of " + who, std::nullopt, {}, now);
}

// What was to come after it did not run. A serial run would have failed as well, unless it was exit!(0).
void Session::tell_broken_off(const RunnerSlot& runner, const ProcessOver& over, base::Instant now) {
  if (!runner.broke_off(over.how) || state_ == State::closing) return;
  tell_exit_error("the exit of " + base::runner_name(runner.slot()),
                  "the runner" + ended(over.how, ", in code that runs after the last example", runner.kill_reason()),
                  runner.slot(), over.output, now);
}

void Session::tell_boot_broken_off(const ProcessOver& over, base::Instant now) {
  const bool foreign = options_.lib.empty();  // need not say that it has said all
  const bool through = boot_.bye || foreign;
  if (through && leaving_boot_ && (over.how == "exit 0" || (boot_.erred && over.how.starts_with("exit ")))) return;
  const char* when = leaving_boot_ ? ", in an exit handler" : " before its exit handlers could run";
  tell_exit_error("an exit handler", "the boot process" + ended(over.how, when, boot_.kill_reason), std::nullopt,
                  over.output, now);
}

}  // namespace dtest::broker
