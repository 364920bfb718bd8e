#include "daemon/hook_host.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace dtest::daemon {

using broker::HookOver;

std::optional<HookOver> HookHost::start(const broker::StartHook& action, guardian::Token token) {
  try {
    guardian::Spec spec;
    spec.token = token;
    spec.argv = {action.file, action.identifier};
    spec.env = action.env;
    if (action.tmpdir) spec.env["TMPDIR"] = layout_.tmpdir(action.slot);
    spec.cwd = project_;
    spec.output = layout_.hook_output(action.slot);
    spec.lasting = true;
    hooks_[action.slot] = {token, OutputFile(spec.output), false};
    keeper_.spawn(spec);
    return std::nullopt;
  } catch (const base::Error& e) {
    hooks_.erase(action.slot);
    return HookOver{action.slot, e.what(), false, {}};
  }
}

void HookHost::kill(const broker::KillHook& action) {
  if (auto at = hooks_.find(action.slot); at != hooks_.end()) keeper_.kill(at->second.token, action.grace);
}

void HookHost::look_at_output() {
  for (auto& [slot, hook] : hooks_) hook.output.look();
}

std::optional<HookOver> HookHost::on_keeper(const guardian::KeeperEvent& event) {
  if (const auto* failed = std::get_if<guardian::SpawnFailed>(&event)) {
    auto at = by_token(failed->token);
    if (at == hooks_.end()) return std::nullopt;
    HookOver over{at->first, failed->why, false, {}};
    hooks_.erase(at);
    return over;
  }
  if (const auto* reaped = std::get_if<guardian::Reaped>(&event)) {
    auto at = by_token(reaped->token);
    if (at == hooks_.end() || std::exchange(at->second.over, true)) return std::nullopt;
    return HookOver{at->first, reaped->status.text(), reaped->status.success(),
                    at->second.output.excerpt(0)};
  }
  if (const auto* gone = std::get_if<guardian::TreeGone>(&event)) {
    if (auto at = by_token(gone->token); at != hooks_.end()) hooks_.erase(at);
  }
  return std::nullopt;
}

std::map<base::Slot, HookHost::Hook>::iterator HookHost::by_token(guardian::Token token) {
  return std::find_if(hooks_.begin(), hooks_.end(), [token](const auto& hook) { return hook.second.token == token; });
}

}  // namespace dtest::daemon
