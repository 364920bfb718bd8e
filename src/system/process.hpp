// Starting other programs. Safe in a process with threads: between fork and exec nothing but system calls.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "system/exit_status.hpp"
#include "system/fd.hpp"

namespace dtest::system {

struct Inherit {};                          ///< what this process has
struct Null {};                             ///< /dev/null
struct FromFile { std::string path; };      ///< for reading
struct AppendTo { std::string path; };      ///< made with mode 0600 where missing
struct UseFd { int fd = -1; };              ///< borrowed; may be close-on-exec
struct SameAsOutput {};                     ///< for `error` only
using Stream = std::variant<Inherit, Null, FromFile, AppendTo, UseFd, SameAsOutput>;

/// Changes to the environment: a value, or nothing to remove the name.
using EnvChanges = std::map<std::string, std::optional<std::string>>;

struct SpawnSpec {
  std::vector<std::string> argv;   ///< a first word without a slash is looked for in the child's PATH
  EnvChanges env;                  ///< applied to this process's environment...
  bool clean_env = false;          ///< ...or to an empty one
  std::string cwd;                 ///< empty: this process's
  Stream input = Null{}, output = Inherit{}, error = Inherit{};
  std::map<int, int> fds;          ///< child's number (3 and up) -> descriptor of this process; all others are closed
  bool new_session = false;        ///< setsid: no terminal, a process group of its own
  int death_signal = 0;            ///< sent to the child when the thread that spawned it ends; 0: none
};

struct Child {
  pid_t pid = -1;
  UniqueFd pidfd;                  ///< readable once the process has ended; empty where the kernel has no pidfd
};

/// A child between fork and exec.
struct Launch {
  Child child;
  UniqueFd report;                 ///< readable as soon as the program runs or could not be started
};

/// Forks. Signal mask and dispositions of the child are the defaults. Throws base::Error (usage: empty argv or a
/// NUL inside a word; internal: no process or descriptor left).
Launch begin_spawn(const SpawnSpec& spec);

/// What became of a launch whose report is readable (blocks until it is): nothing when the program runs, else a
/// sentence such as "cannot run rspek: no such program"; the child then ends with 127 and is still to be reaped.
std::optional<std::string> launch_failure(const SpawnSpec& spec, const Launch& launch);

/// begin_spawn and launch_failure in one; throws base::Error (config), the child being reaped.
Child spawn(const SpawnSpec& spec);

/// Reaps a child of ours if it has ended; never blocks. Unknown status when it is not our child (any more).
std::optional<ExitStatus> try_reap(pid_t pid);

/// Waits for a child's end at most `limit` (by its pidfd). Nothing when it still runs.
std::optional<ExitStatus> wait_for(const Child& child, base::Duration limit);

/// Output of a short command: its status and at most `most` bytes of standard output (standard error is dropped).
/// Kills it with KILL past `limit`; the status is then unknown. Throws as spawn.
struct Captured { ExitStatus status; std::string output; };
Captured run_and_capture(SpawnSpec spec, base::Duration limit, std::size_t most = 1 << 20);

/// From now on orphans among our descendants become our children instead of init's. False where unsupported.
bool become_subreaper();

/// When the thread that started this process ends, this one goes on, should somebody have stopped it.
void continue_when_parent_ends();

/// Reaps every ended child that is not in `keep`: for a subreaper that got orphans which nobody else waits for.
void reap_strays(const std::vector<pid_t>& keep);

}  // namespace dtest::system
