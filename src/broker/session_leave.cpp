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
  leave_limit_ = now + limits_.quit;
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

// Runners first, then the boot process: its exit handlers may remove what runners still use.
void Session::continue_leaving(base::Instant now, Actions& actions) {
  if (state_ != State::leaving) return;
  if (std::any_of(runners_.begin(), runners_.end(), [](const RunnerSlot& r) { return r.has_process(); })) return;
  if (boot_.alive && boot_.loaded && !leaving_boot_) {
    leaving_boot_ = true;
    leave_limit_ = now + limits_.quit;
    actions.emplace_back(SendLocal{run_, base::kBootSlot, boot_.incarnation, protocol::Quit{}});
  } else if (!boot_.alive || !leaving_boot_) {
    kill(now, actions);
  }
}

// Whoever still runs its exit handlers is named and killed.
void Session::cut_short(base::Instant now, Actions& actions) {
  std::string late;
  for (const RunnerSlot& runner : runners_) {
    if (runner.state() != RunnerSlot::State::leaving) continue;
    late += (late.empty() ? "runner " : ", runner ") + std::to_string(runner.slot().value);
  }
  if (late.empty() && leaving_boot_ && boot_.alive) late = "the boot process";
  if (!late.empty()) report(late_exit(late), true, now);
  kill(now, actions);
}

protocol::Notice Session::late_exit(const std::string& who) const {
  return {"the exit handlers of " + who + " were still running after " + base::show_secs(base::seconds(limits_.quit)) +
              ": killed", "warn"};
}

// What was to come after it did not run. A serial run would have failed as well, unless it was exit!(0).
void Session::tell_broken_off(const RunnerSlot& runner, const ProcessOver& over, base::Instant now) {
  if (!runner.broke_off(over.how) || state_ == State::closing) return;
  protocol::OutsideError error;
  error.where = "the exit of runner " + std::to_string(runner.slot().value);
  error.exception.message = "the runner" + ended(over.how, ", in code that runs after the last example", runner.kill_reason());
  error.by = runner.slot();
  error.output = over.output;
  report(error, true, now);
}

void Session::tell_boot_broken_off(const ProcessOver& over, base::Instant now) {
  const bool foreign = options_.lib.empty();  // need not say that it has said all
  const bool through = boot_.bye || foreign;
  if (through && leaving_boot_ && (over.how == "exit 0" || (boot_.erred && over.how.starts_with("exit ")))) return;
  protocol::OutsideError error;
  error.where = "an exit handler";
  const char* when = leaving_boot_ ? ", in an exit handler" : " before its exit handlers could run";
  error.exception.message = "the boot process" + ended(over.how, when, boot_.kill_reason);
  error.output = over.output;
  report(error, true, now);
}

}  // namespace dtest::broker
