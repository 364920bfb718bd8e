// What a guardian decides: which process gets which signal, and what is told. Pure: commands, ended children,
// snapshots and instants in; signals and events out.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "guardian/event.hpp"
#include "guardian/killing.hpp"
#include "guardian/owners.hpp"

namespace dtest::guardian {

class Warden {
 public:
  /// `keeper`: the guardian's pid. `grace`: for what a token's process leaves behind, and for the fence.
  Warden(pid_t keeper, std::string mark, base::Duration grace, system::EnvironLookup lookup);

  void launched(Token token, const system::Process& process, bool lasting = false);
  void runs(Token token);
  void failed(Token token, std::string why);
  /// `process`: what has this pid now, if it is one of ours.
  void adopt(Token token, pid_t pid, std::optional<system::Process> process);
  /// A child was reaped. Reap all that can be before each turn.
  void reaped(pid_t pid, system::ExitStatus status);
  void kill(Token token, base::Duration grace, base::Instant now);
  void kill_all(base::Duration grace, base::Instant now);
  void pause();
  void resume();
  void fence(base::Instant deadline) { fence_ = deadline; }
  /// A signal was refused: somebody else's process by now (sudo); it is no longer waited for.
  void denied(const system::Process& process) { denied_.insert(key(process)); }

  [[nodiscard]] base::Instant next_turn() const;
  /// `sweep`: time until the next look when nothing else is to be done.
  void turn(base::Instant now, const system::ProcTable& table, base::Duration sweep);

  std::vector<Signal> take_signals() { return std::exchange(signals_, {}); }
  std::vector<KeeperEvent> take_events() { return std::exchange(events_, {}); }
  /// Empty has been told, and nothing has come since.
  [[nodiscard]] bool all_gone() const { return told_empty_ && !all_; }

 private:
  struct Ward {
    system::Process process;
    bool lasting = false;            // what it leaves behind may stay
    bool over = false;               // its own process has ended and been told
    std::optional<Killing> killing;  // of its tree
  };

  void end_of(Token token, Ward& ward, system::ExitStatus status);
  void find_vanished(const system::ProcTable& table);
  void step_killings(base::Instant now);
  void step_pause(base::Instant now);
  void finish_trees();
  void finish_all();
  [[nodiscard]] std::vector<system::Process> still(std::vector<system::Process> processes) const;

  pid_t keeper_;
  base::Duration grace_;
  Owners owners_;
  std::map<Token, Ward> tokens_;
  std::optional<Killing> all_;
  std::deque<std::pair<pid_t, system::ExitStatus>> unclaimed_;  // reaped before they were adopted
  std::set<ProcessKey> denied_;
  std::map<ProcessKey, system::Process> stopped_;               // by pause; a test may have stopped others
  base::Instant fence_ = base::kNever, sweep_ = base::kNever;
  bool due_ = false;                 // look at the next occasion
  bool told_empty_ = true;
  bool paused_ = false;
  std::vector<Signal> signals_;
  std::vector<KeeperEvent> events_;
};

}  // namespace dtest::guardian
