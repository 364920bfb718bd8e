// Who runs on this machine: one snapshot of /proc, and pure questions about it. A pid alone never names a process
// here: pid and start time do.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::system {

struct Process {
  pid_t pid = 0, ppid = 0, pgid = 0, sid = 0;
  char state = '?';         ///< R, S, D, T, Z, ... as in proc(5)
  std::uint64_t start = 0;  ///< clock ticks since the machine's boot
  std::string name;         ///< of the program, at most 15 bytes: changes with exec
  [[nodiscard]] bool ended() const { return state == 'Z' || state == 'X'; }
  [[nodiscard]] bool same(const Process& other) const { return pid == other.pid && start == other.start; }
};

/// Sorted by pid. Processes come and go while it is read: what was there all the time is in it.
class ProcTable {
 public:
  ProcTable() = default;
  explicit ProcTable(std::vector<Process> processes, bool complete = true);
  /// Reads /proc. Not complete when that failed for want of descriptors or of /proc itself.
  static ProcTable read();
  [[nodiscard]] bool complete() const { return complete_; }

  [[nodiscard]] const std::vector<Process>& all() const { return processes_; }
  [[nodiscard]] const Process* find(pid_t pid) const;

 private:
  std::vector<Process> processes_;
  bool complete_ = true;
};

/// One line of /proc/PID/stat; the name in it may hold spaces and parentheses.
std::optional<Process> parse_stat(std::string_view line);
/// One process now, or nothing.
std::optional<Process> read_process(pid_t pid);

/// Children, their children and so on, without `root`. Includes ended ones (zombies).
std::vector<Process> descendants(const ProcTable& table, pid_t root);
std::vector<Process> in_session(const ProcTable& table, pid_t sid);

/// Value of a name in the environment that a process was started with; nothing when it is not there, the process
/// has gone, or belongs to somebody else. (A program may overwrite this memory: Ruby does when $0 is set.)
std::optional<std::string> environ_value(pid_t pid, std::string_view name);
using EnvironLookup = std::function<std::optional<std::string>(pid_t, std::string_view name)>;

/// Processes started with `name`=`value` in their environment.
std::vector<Process> marked(const ProcTable& table, std::string_view name, std::string_view value,
                            const EnvironLookup& lookup = environ_value);

enum class Signalled { sent, gone, denied };
/// Sends a signal to exactly this process, never to a later one with the same pid.
Signalled signal_process(const Process& process, int signal);

}  // namespace dtest::system
