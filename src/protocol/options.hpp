// What the master asks of a node for one session (doc/protocol.md §8).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace dtest::protocol {

constexpr std::uint32_t kMaxRunners = 1024;
constexpr std::uint64_t kMaxOutputCap = 1U << 20U;                   ///< bytes kept of one example's output
constexpr base::Duration kMaxTimeLimit = std::chrono::hours(24 * 30);  ///< of any time limit of a session

constexpr const char* kInWorkspace = "workspace:/";                  ///< begins a path in the session's workspace

constexpr const char* kNodeSetup = "node_setup";
constexpr const char* kRunnerSetup = "runner_setup";
constexpr const char* kAfterFork = "after_fork";
/// In `loading` of a runner that leaves: its suite hooks are through.
constexpr const char* kExitHandlers = "exit_handlers";

/// Plain value; the defaults are those of the manual.
struct SessionOptions {
  std::string mode = "run";                ///< "run" or "list"
  std::string project;                     ///< absolute directory
  std::vector<std::string> ruby{"ruby"};   ///< command
  std::string lib;                         ///< directory of the Ruby side
  std::string framework = "auto";
  std::string bundler = "auto";            ///< "auto" or "off"
  std::vector<std::string> paths;          ///< PATH[:LINE...] as the user named them
  std::vector<std::string> patterns, excludes, includes, requires_;
  std::vector<std::string> args;           ///< framework arguments
  std::optional<std::int64_t> seed;
  std::string preload = "auto";            ///< "auto", "on", "framework", "off"
  std::map<std::string, std::string> env;  ///< additions to the environment
  std::uint32_t runners = 1;               ///< 1 to kMaxRunners
  base::Duration timeout = std::chrono::seconds(600);
  base::Duration grace = std::chrono::seconds(1);
  base::Duration boot_timeout = std::chrono::seconds(600);
  bool first_is_empty = false;
  bool tmpdir = true;
  std::string host;                        ///< what databases of this initiator are named after, for DB_PREFIX
  std::string origin;                      ///< which machine the run was started on: its name and a mark of its own
  std::string user;                        ///< who started it there
  std::string key;                         ///< name of the key that the session belongs to; not on the wire
  std::uint32_t first_number = 0;          ///< TEST_ENV_NUMBER of slot 0: no other session's there; not on the wire
  /// Name of the project: the node gives the session a workspace of its own, and whatever lies there is written as
  /// kInWorkspace and its path. Empty: the session works in `project` as it is.
  std::string workspace;
  std::map<std::string, std::string> hooks;  ///< absolute paths by name: kNodeSetup, kRunnerSetup, kAfterFork
  base::Duration hook_timeout = std::chrono::seconds(600);
  base::Duration exit_timeout = std::chrono::seconds(60);  ///< of what a process still does once it is to quit
  std::uint32_t number_offset = 0;         ///< the environment calls runner 1 by this number and one more
  std::uint32_t told_runners = 0;          ///< how many runners it says there are; 0: as many as there are
  bool share_database = false;             ///< runners may write to the same database
  std::uint64_t runner_memory = 0;         ///< bytes resident: a runner above it is replaced; 0: never
  std::uint64_t output_cap = 64 * 1024;    ///< bytes kept of one example's output; at most kMaxOutputCap
};

}  // namespace dtest::protocol
