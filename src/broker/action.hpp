// What the broker's state machines want done. The daemon does it with real sockets and processes, the simulator
// with virtual ones. An action that cannot be done is told as an event, never as an error here.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "protocol/local.hpp"

namespace dtest::broker {

/// Publish a frame on the result channel under the run's topic.
struct Publish { base::RunId run; std::string frame; };
/// Start the guardian of a session and make its directory.
struct StartKeeper { base::RunId run; base::SessionNumber number; protocol::SessionOptions options; };
/// Start a set-up hook in the project's directory, its identifier as first argument. Answered by HookOver.
struct StartHook {
  base::RunId run;
  base::Slot slot;           ///< of the runner that it sets up; 0: node_setup
  std::string file, identifier;
  std::map<std::string, std::optional<std::string>> env;
  bool tmpdir = false;       ///< TMPDIR is that of the slot
};
/// TERM to all that the hook started, the grace, then KILL. Its own process may have ended before.
struct KillHook { base::RunId run; base::Slot slot; base::Duration grace; };
/// Open the local pipe of the boot process and start it.
struct StartBoot { base::RunId run; base::Incarnation incarnation; };
/// Open the local pipe of a runner and tell the boot process to fork it.
struct ForkRunner {
  base::RunId run;
  base::Slot slot;
  base::Incarnation incarnation;
  base::Incarnation boot;
  std::map<std::string, std::optional<std::string>> env;
  bool tmpdir = true;
};
/// This process is that runner: the guardian is to report it by that name.
struct AdoptRunner { base::RunId run; base::Slot slot; base::Incarnation incarnation; std::int64_t pid = 0; };
struct SendLocal {
  base::RunId run;
  base::Slot slot;
  base::Incarnation incarnation;
  protocol::LocalWork work;
};
/// TERM to its tree, the grace, then KILL until nothing is left. Answered by ProcessOver.
struct KillProcess { base::RunId run; base::Slot slot; base::Incarnation incarnation; base::Duration grace; };
/// Kill everything of the session. Answered by SessionEmpty.
struct KillSession { base::RunId run; base::Duration grace; };
/// The session is forgotten: guardian, sockets and directory go.
struct EndSession { base::RunId run; };
struct Log { std::string level, text; };

using Action = std::variant<Publish, StartKeeper, StartHook, KillHook, StartBoot, ForkRunner, AdoptRunner, SendLocal,
                            KillProcess, KillSession, EndSession, Log>;
using Actions = std::vector<Action>;

/// A process of the session has been reaped, nothing that it started is left, and all it said was read.
struct ProcessOver {
  base::Slot slot;
  base::Incarnation incarnation;
  std::int64_t pid = 0;
  std::string how;            ///< "SIGSEGV", "exit 0"; for a boot process that could not be started: why
  bool started = true;
  protocol::Bytes output;     ///< the last of what it printed
};

/// A hook's own process has ended, or could not be started. What it started may live on, until the session ends.
struct HookOver {
  base::Slot slot;
  std::string how;            ///< "exit 0", "SIGSEGV", or why it could not be started
  bool ok = false;            ///< it ended with status 0
  protocol::Bytes output;     ///< the last of what it printed
};

}  // namespace dtest::broker
