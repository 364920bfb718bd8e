// Which process of a session belongs to whom. Pure: snapshots in, lists out.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "guardian/event.hpp"
#include "system/proc_table.hpp"

namespace dtest::guardian {

using ProcessKey = std::pair<pid_t, std::uint64_t>;  ///< pid and start time
inline ProcessKey key(const system::Process& p) { return {p.pid, p.start}; }

/// The pids of a process and of all that it descends from, 1 included: never to be killed by what it started.
std::set<pid_t> lineage(const system::ProcTable& table, pid_t pid);

/// A process belongs to the token of its nearest ancestor that has one. An orphan belongs to whom it belonged when
/// it was last seen; one never seen before to the token that its environment names or whose process leads its
/// session, and else to nobody. Ended processes count for nothing.
class Owners {
 public:
  /// `session_mark` without the token.
  Owners(std::string session_mark, system::EnvironLookup lookup);

  /// A token's own process. `adopted`: forked by another token's process, whose marks and session it may still have.
  void add_root(Token token, const system::Process& process, bool adopted);
  void remove_root(Token token);

  /// Looks at the descendants of `keeper`; with `search_marks` also for processes elsewhere on the machine that bear
  /// the session's mark, and their descendants. Never `keeper` nor what it descends from.
  void update(const system::ProcTable& table, pid_t keeper, bool search_marks);

  [[nodiscard]] std::vector<system::Process> of(Token token) const;
  [[nodiscard]] std::vector<system::Process> all() const;
  [[nodiscard]] bool empty() const { return members_.empty(); }

 private:
  struct Member { system::Process process; std::optional<Token> token; };
  struct Root { system::Process process; bool adopted = false; };
  using Members = std::map<ProcessKey, Member>;

  void add(Members& now, const system::ProcTable& table, const system::Process& process) const;
  void add_marked(Members& now, const system::ProcTable& table, pid_t keeper) const;
  [[nodiscard]] std::optional<Token> owner(const Members& now, const system::ProcTable& table,
                                           const system::Process& process) const;
  [[nodiscard]] std::optional<Token> claimed(const system::Process& process) const;
  [[nodiscard]] std::optional<Token> named_by_environment(pid_t pid) const;

  std::string mark_;
  system::EnvironLookup lookup_;
  std::map<Token, Root> roots_;
  Members members_;
};

}  // namespace dtest::guardian
