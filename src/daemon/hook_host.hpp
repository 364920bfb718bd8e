// The set-up hooks of one session as processes: started by its guardian, their output in files.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "broker/action.hpp"
#include "daemon/layout.hpp"
#include "daemon/output_file.hpp"
#include "guardian/keeper.hpp"

namespace dtest::daemon {

/// Owned by the session's host, which hands it the guardian's events.
class HookHost {
 public:
  HookHost(const Layout& layout, guardian::Keeper& keeper, std::string project)
      : layout_(layout), keeper_(keeper), project_(std::move(project)) {}

  /// Nothing: it runs, or on_keeper will tell why not. Else it is over already.
  std::optional<broker::HookOver> start(const broker::StartHook& action, guardian::Token token);
  void kill(const broker::KillHook& action);
  /// Now and then: what a hook, or what it left running, prints is kept in bounds.
  void look_at_output();
  /// A value when this event ended a hook.
  std::optional<broker::HookOver> on_keeper(const guardian::KeeperEvent& event);

 private:
  struct Hook {
    guardian::Token token = 0;
    OutputFile output;
    bool over = false;
  };
  std::map<base::Slot, Hook>::iterator by_token(guardian::Token token);

  const Layout& layout_;
  guardian::Keeper& keeper_;
  std::string project_;
  std::map<base::Slot, Hook> hooks_;
};

}  // namespace dtest::daemon
