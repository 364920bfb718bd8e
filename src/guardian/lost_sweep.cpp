#include "guardian/lost_sweep.hpp"

#include <unistd.h>

#include <csignal>

#include "system/process.hpp"

namespace dtest::guardian {

using system::Process;
using system::ProcTable;

LostSweep::LostSweep(std::string mark, std::map<Token, Process> roots, std::set<std::string> ours)
    : mark_(std::move(mark)), roots_(std::move(roots)), ours_(std::move(ours)) {}

std::size_t LostSweep::pass(std::vector<KeeperEvent>& out) {
  const ProcTable table = ProcTable::read();
  find(table);
  std::size_t alive = table.complete() ? 0 : 1;
  for (auto at = found_.begin(); at != found_.end();) {
    const Process* now = table.find(at->second.pid);
    if (now == nullptr || !now->same(at->second)) {
      at = found_.erase(at);
      continue;
    }
    if (!now->ended() && system::signal_process(*now, SIGKILL) == system::Signalled::sent) ++alive;
    if (now->ppid == ::getpid()) reap(*now, out);
    ++at;
  }
  return alive;
}

void LostSweep::find(const ProcTable& table) {
  spared_ = lineage(table, ::getpid());
  for (const Process& p : system::marked(table, kSessionVariable, mark_)) add(table, p);
  for (const auto& [token, root] : roots_) {
    const Process* now = table.find(root.pid);
    if (now != nullptr && now->same(root)) add(table, *now);
    // Only at first: a session's number may be given out again once it has ended.
    for (const Process& p : system::in_session(table, root.pid)) {
      if (first_) add(table, p);
    }
  }
  find_orphans(table);
  first_ = false;
  for (const auto& [id, process] : std::map(found_)) {
    const Process* now = table.find(process.pid);
    if (now != nullptr && now->same(process)) add(table, process);
  }
}

void LostSweep::find_orphans(const ProcTable& table) {
  if (ours_.empty()) return;
  for (const Process& p : table.all())
    if (p.ppid == ::getpid() && !ours_.contains(p.name)) add(table, p);
}

void LostSweep::add(const ProcTable& table, const Process& process) {
  if (spared_.contains(process.pid)) return;
  found_.emplace(key(process), process);
  for (const Process& below : system::descendants(table, process.pid)) {
    if (!spared_.contains(below.pid)) found_.emplace(key(below), below);
  }
}

void LostSweep::reap(const Process& process, std::vector<KeeperEvent>& out) {
  const auto status = system::try_reap(process.pid);
  if (!status) return;
  for (const auto& [token, root] : roots_) {
    if (root.same(process)) out.emplace_back(Reaped{token, root.pid, *status});
  }
}

}  // namespace dtest::guardian
