// The part of a session that deals with its boot process.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/session.hpp"

namespace dtest::broker {

void Session::start_boot(base::Instant now, Actions& actions) {
  boot_.incarnation = boot_.incarnation.next();
  boot_.alive = true;
  boot_.loaded = false;
  boot_.loading.reset();
  boot_.kill_reason.clear();
  boot_.heard = 0;
  boot_.whole = true;
  boot_.bye = boot_.erred = false;
  boot_.slept = {};
  boot_.flooded = false;
  boot_.progress = now;
  actions.emplace_back(StartBoot{run_, boot_.incarnation});
}

void Session::on_boot_report(const protocol::LocalReport& message, base::Instant now, Actions& actions) {
  boot_.progress = now;
  boot_.whole = message.number == std::exchange(boot_.heard, message.number) + 1 && boot_.whole;
  if (!boot_.whole) {
    kill_boot("killed: some of what it said was lost", actions);
    if (!std::holds_alternative<protocol::Forked>(message.body)) return;
  }
  if (const auto* hello = std::get_if<protocol::LocalHello>(&message.body)) {
    boot_.loading.reset();
    report(protocol::Booting{hello->pid}, false, now);
    actions.emplace_back(SendLocal{run_, base::kBootSlot, boot_.incarnation, protocol::BootWork{options_, defer_}});
  } else if (const auto* loading = std::get_if<protocol::Loading>(&message.body)) {
    boot_.loading = loading->path;
  } else if (const auto* plan = std::get_if<protocol::Plan>(&message.body)) {
    on_plan(base::kBootSlot, *plan, now, actions);
  } else if (const auto* loaded = std::get_if<protocol::Loaded>(&message.body)) {
    boot_.loaded = true;
    boot_.loading.reset();
    report(protocol::Booted{awake(loaded->took, boot_.slept), loaded->preload}, true, now);
    if (state_ == State::opening) state_ = State::serving;
    raise_credit(now);
    fork_runners(now, actions);
  } else if (const auto* forked = std::get_if<protocol::Forked>(&message.body)) {
    on_pid(forked->slot, forked->incarnation, forked->pid, actions);
  } else if (const auto* failed = std::get_if<protocol::BootFailed>(&message.body)) {
    if (works()) fail(*failed, now, actions);
  } else if (const auto* notice = std::get_if<protocol::Notice>(&message.body)) {
    report(*notice, false, now);
  } else if (const auto* error = std::get_if<protocol::OutsideError>(&message.body)) {
    boot_.erred = boot_.erred || leaving_boot_;
    report(*error, true, now);
  } else if (std::holds_alternative<protocol::LocalBye>(message.body)) {
    boot_.bye = true;
  }
}

void Session::on_boot_over(const ProcessOver& over, base::Instant now, Actions& actions) {
  boot_.alive = false;
  give_up_unforked(now, actions);
  if (state_ == State::leaving && boot_.loaded) tell_boot_broken_off(over, now);
  if (!works()) return;
  std::string how = boot_.kill_reason.empty() ? over.how : boot_.kill_reason;
  if (!over.started) {
    fail({"cannot start " + base::shell_quote(options_.ruby.front()) + ": " + over.how, 78, over.output}, now, actions);
    return;
  }
  // What it cannot run on it says before it can speak to us.
  std::string_view words = base::trim(over.output.data);
  if (boot_.heard == 0 && over.how == "exit 78" && !words.empty()) {
    fail({base::valid_utf8(words), 78, {}}, now, actions);
    return;
  }
  if (boot_.heard == 0 && boot_.kill_reason.empty() && over.how.starts_with("exit")) {
    fail({no_boot_process(how), 78, over.output}, now, actions);
    return;
  }
  if (boot_.loaded) {
    // It served us well; the runners that it forked live on, only replacements need a new one.
    if (++boot_.crashes >= limits_.boot_crashes) {
      fail({"the boot process ended again and again: " + how, 70, over.output}, now, actions);
      return;
    }
    report(protocol::Notice{"the boot process ended (" + how + "); another one is started", "warn"}, true, now);
    start_boot(now, actions);
    return;
  }
  bool first_time = boot_.loading && std::find(defer_.begin(), defer_.end(), *boot_.loading) == defer_.end();
  if (!first_time) {
    fail({"the boot process ended (" + how + ") before it had loaded the project", 1, over.output}, now, actions);
    return;
  }
  report(protocol::Notice{"the boot process ended (" + how + ") while it loaded " + *boot_.loading +
                              "; that file is loaded by its runner alone", "warn"}, true, now);
  defer_.push_back(*boot_.loading);
  start_boot(now, actions);
}

void Session::check_boot(base::Instant now, Actions& actions) {
  if (!works() || !boot_.alive || boot_.loaded || now - boot_.progress < options_.boot_timeout) return;
  boot_.progress = now;  // once
  const std::string limit = base::show_secs(base::seconds(options_.boot_timeout));
  kill_boot("killed after " + limit + " without a word, the limit of --timeout", actions);
}

// A command that is something else, or cannot run our part: it never spoke to us.
std::string Session::no_boot_process(const std::string& how) const {
  bool ours = !options_.lib.empty();
  return base::shell_line(options_.ruby) + " ended (" + how + ") before it said a word; it was started as " +
         (ours ? "a Ruby: name one with --ruby, or with run.ruby in the configuration"
               : "a boot process (--boot): dtest-runner(7) has what it must say");
}

void Session::kill_boot(std::string reason, Actions& actions) {
  if (!boot_.kill_reason.empty()) return;
  boot_.kill_reason = std::move(reason);
  actions.emplace_back(KillProcess{run_, base::kBootSlot, boot_.incarnation, options_.grace});
}

// Runners that the boot process was asked for and that are not known to exist. If it forked one and ended before it
// said so, that one is killed as soon as it says who it is: the end of an unknown process is told by nobody.
void Session::give_up_unforked(base::Instant now, Actions& actions) {
  for (RunnerSlot& runner : runners_) {
    if (!runner.has_process() || runner.pid() != 0) continue;
    actions.emplace_back(KillProcess{run_, runner.slot(), runner.incarnation(), options_.grace});
    on_runner_over(runner, {runner.slot(), runner.incarnation(), 0, "never forked", true, {}}, now, actions);
  }
}

}  // namespace dtest::broker
