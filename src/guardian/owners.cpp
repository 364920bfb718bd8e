#include "guardian/owners.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace dtest::guardian {

using system::Process;
using system::ProcTable;

std::set<pid_t> lineage(const ProcTable& table, pid_t pid) {
  std::set<pid_t> line{1};
  while (line.insert(pid).second) {
    const Process* p = table.find(pid);
    if (p == nullptr) break;
    pid = p->ppid;
  }
  return line;
}

Owners::Owners(std::string session_mark, system::EnvironLookup lookup)
    : mark_(std::move(session_mark)), lookup_(std::move(lookup)) {}

void Owners::add_root(Token token, const Process& process, bool adopted) {
  roots_[token] = {process, adopted};
  members_[key(process)] = {process, token};
}

void Owners::remove_root(Token token) { roots_.erase(token); }

void Owners::update(const ProcTable& table, pid_t keeper, bool search_marks) {
  Members now;
  for (const Process& p : system::descendants(table, keeper)) add(now, table, p);
  if (search_marks) add_marked(now, table, keeper);
  members_ = std::move(now);
}

void Owners::add(Members& now, const ProcTable& table, const Process& process) const {
  if (process.ended() || now.contains(key(process))) return;
  now[key(process)] = {process, owner(now, table, process)};
}

void Owners::add_marked(Members& now, const ProcTable& table, pid_t keeper) const {
  const std::set<pid_t> spared = lineage(table, keeper);
  for (const Process& p : system::marked(table, kSessionVariable, mark_, lookup_)) {
    if (spared.contains(p.pid)) continue;
    add(now, table, p);
    for (const Process& below : system::descendants(table, p.pid)) {
      if (!spared.contains(below.pid)) add(now, table, below);
    }
  }
}

std::optional<Token> Owners::owner(const Members& now, const ProcTable& table, const Process& process) const {
  for (const auto& [token, root] : roots_) {
    if (root.process.same(process)) return token;
  }
  // Parents come before their children in a list of descendants.
  if (const Process* parent = table.find(process.ppid)) {
    const auto at = now.find(key(*parent));
    if (at != now.end() && at->second.token) return at->second.token;
  }
  const auto known = members_.find(key(process));
  if (known != members_.end() && known->second.token) return known->second.token;
  return claimed(process);
}

/// What an unknown orphan says of itself. A fork without exec still shows its forefather's environment, and a
/// process that made no session still its forefather's: so a claim on an adopted token is the better one.
std::optional<Token> Owners::claimed(const Process& process) const {
  const auto by_environment = named_by_environment(process.pid);
  std::optional<Token> by_session;
  for (const auto& [token, root] : roots_) {
    if (root.process.pid == process.sid) by_session = token;
  }
  if (!by_environment || !by_session) return by_environment ? by_environment : by_session;
  return roots_.at(*by_session).adopted && !roots_.at(*by_environment).adopted ? by_session : by_environment;
}

std::optional<Token> Owners::named_by_environment(pid_t pid) const {
  const auto value = lookup_(pid, kMarkVariable);
  if (!value || !value->starts_with(mark_ + ".")) return std::nullopt;
  Token token = 0;
  const char* end = value->data() + value->size();
  const auto [stop, error] = std::from_chars(value->data() + mark_.size() + 1, end, token);
  if (error != std::errc{} || stop != end || !roots_.contains(token)) return std::nullopt;
  return token;
}

std::vector<Process> Owners::of(Token token) const {
  std::vector<Process> found;
  for (const auto& [id, member] : members_) {
    if (member.token == token) found.push_back(member.process);
  }
  return found;
}

std::vector<Process> Owners::all() const {
  std::vector<Process> found;
  for (const auto& [id, member] : members_) found.push_back(member.process);
  return found;
}

}  // namespace dtest::guardian
