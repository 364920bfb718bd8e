// The part of a session that deals with the project's set-up hooks: node_setup, then every runner_setup at once, then
// the boot process. It comes last because a database that it is connected to cannot be cloned.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/environment.hpp"
#include "broker/session.hpp"
#include "protocol/workspace.hpp"

namespace dtest::broker {
namespace {

const char* hook_name(base::Slot slot) {
  return slot == base::kBootSlot ? protocol::kNodeSetup : protocol::kRunnerSetup;
}

// As people know it: relative where it lies in the project.
std::string shown(const std::string& file, const std::string& project) {
  std::string inside = project + "/";
  return file.starts_with(inside) ? file.substr(inside.size()) : file;
}

}  // namespace

void Session::on_workspace(const std::string& path, const std::string& fault, base::Instant now, Actions& actions) {
  if (synced_ || has_workspace_ || state_ != State::opening) return;
  if (!fault.empty()) {
    fail({fault, 69, {}}, now, actions);
    return;
  }
  options_ = protocol::placed(std::move(options_), path);
  options_.host = database_prefix(options_.host, node_, path);
  has_workspace_ = true;
  report(protocol::Workspace{path}, true, now);
  publish(now, actions);
}

void Session::on_synced(base::Instant now, Actions& actions) {
  if (synced_ || !has_workspace_ || state_ != State::opening) return;
  synced_ = true;
  set_up(now, actions);
  publish(now, actions);
}

void Session::set_up(base::Instant now, Actions& actions) {
  if (options_.mode == "run" && options_.hooks.contains(protocol::kNodeSetup))
    start_hook(protocol::kNodeSetup, base::kBootSlot, now, actions);
  else
    set_up_runners(now, actions);
}

void Session::set_up_runners(base::Instant now, Actions& actions) {
  if (options_.mode == "run" && options_.hooks.contains(protocol::kRunnerSetup))
    for (const RunnerSlot& runner : runners_) start_hook(protocol::kRunnerSetup, runner.slot(), now, actions);
  else
    start_boot(now, actions);
}

void Session::start_hook(const char* hook, base::Slot slot, base::Instant now, Actions& actions) {
  const std::string& file = options_.hooks.at(hook);
  hooks_.push_back({slot, now, {}});
  report(protocol::Setup{hook, slot, file, "start", {}, false, {}, {}}, true, now);
  actions.emplace_back(StartHook{run_, slot, file, identifier(options_, slot),
                                 hook_environment(options_, run_, slot, node_),
                                 options_.tmpdir && slot != base::kBootSlot});
}

void Session::report_hook_end(const Hook& hook, const HookOver& over, base::Instant now) {
  const char* name = hook_name(hook.slot);
  const std::string& how = hook.kill_reason.empty() ? over.how : hook.kill_reason;
  bool ok = over.ok && hook.kill_reason.empty();
  report(protocol::Setup{name, hook.slot, options_.hooks.at(name), "end", how, ok, now - hook.began, over.output}, true,
         now);
}

void Session::on_hook_over(const HookOver& over, base::Instant now, Actions& actions) {
  auto at = std::find_if(hooks_.begin(), hooks_.end(), [&](const Hook& hook) { return hook.slot == over.slot; });
  if (at == hooks_.end()) return;
  Hook hook = std::move(*at);
  hooks_.erase(at);
  report_hook_end(hook, over, now);
  bool ok = over.ok && hook.kill_reason.empty();
  // What a hook that worked started (a database server), lives as long as the session.
  if (!ok && works() && hook.kill_reason.empty()) actions.emplace_back(KillHook{run_, hook.slot, options_.grace});
  std::string fault = ok ? "" : shown(options_.hooks.at(hook_name(hook.slot)), options_.project) + " failed (" +
                                    (hook.kill_reason.empty() ? over.how : hook.kill_reason) + ")";
  if (hook.slot != base::kBootSlot) on_runner_set_up(hook, fault, now, actions);
  else if (!ok && works()) fail({fault, 78, over.output}, now, actions);
  else if (state_ == State::opening) set_up_runners(now, actions);
  publish(now, actions);
}

void Session::on_runner_set_up(const Hook& hook, const std::string& fault, base::Instant now, Actions& actions) {
  if (!works()) return;
  if (!fault.empty()) {
    runners_[hook.slot.value - 1].give_up();
    if (usable() > 0)
      report(protocol::Notice{base::runner_name(hook.slot) + " is left out: its set-up failed", "warn"},
             true, now);
  }
  if (usable() == 0) fail({"no runner could be set up: " + fault, 78, {}}, now, actions);
  else if (hooks_.empty() && state_ == State::opening) start_boot(now, actions);
}

void Session::check_hooks(base::Instant now, Actions& actions) {
  if (!works()) return;
  for (Hook& hook : hooks_) {
    if (!hook.kill_reason.empty() || now - hook.began < options_.hook_timeout) continue;
    hook.kill_reason = "killed after " + base::show_secs(base::seconds(options_.hook_timeout)) +
                       ", its time limit (--hook-timeout)";
    actions.emplace_back(KillHook{run_, hook.slot, options_.grace});
  }
}

// What runs in a runner before it is ready may be a hook of the project.
base::Duration Session::limit_of(const RunnerSlot& runner) const {
  return runner.hook().empty() ? options_.timeout : options_.hook_timeout;
}

std::string Session::over_limit(const RunnerSlot& runner, base::Instant now) const {
  std::string limit = base::show_secs(base::seconds(limit_of(runner)));
  if (!runner.loading().empty())
    return "killed after " + base::show_secs(base::seconds(now - runner.progress())) +
           " without a word while it loaded " + runner.loading() + " (the limit of --timeout is " + limit + ")";
  if (runner.hook().empty())
    return "timed out after " + base::show_secs(base::seconds(now - runner.progress())) + " (limit " + limit + ")";
  auto file = options_.hooks.find(runner.hook());
  std::string path = file == options_.hooks.end() ? runner.hook() : file->second;
  return shown(path, options_.project) + " failed (killed after " + limit +
         ", its time limit (--hook-timeout))";
}

}  // namespace dtest::broker
