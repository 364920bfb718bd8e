// What dtestd does itself when a guardian has died: find the session's processes and kill them.
#pragma once
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "guardian/event.hpp"
#include "guardian/owners.hpp"

namespace dtest::guardian {

/// Finds by mark, by the tokens' known processes, by their sessions and by descent; of this process's children all but
/// those with a name of `ours`, if any is given: orphans of a guardian become that. Remembers what it has found.
/// KILLs at once: nobody can be waited for any more. Never this process nor what it descends from.
class LostSweep {
 public:
  LostSweep(std::string mark, std::map<Token, system::Process> roots, std::set<std::string> ours = {});
  /// One look, one round of KILL; reaps what has become our child and appends Reaped for tokens' processes.
  /// Returns how many were found alive.
  std::size_t pass(std::vector<KeeperEvent>& out);

 private:
  void find(const system::ProcTable& table);
  void find_orphans(const system::ProcTable& table);
  void add(const system::ProcTable& table, const system::Process& process);
  void reap(const system::Process& process, std::vector<KeeperEvent>& out);

  std::string mark_;
  std::map<Token, system::Process> roots_;
  std::set<std::string> ours_;
  std::map<ProcessKey, system::Process> found_;
  std::set<pid_t> spared_;
  bool first_ = true;
};

}  // namespace dtest::guardian
