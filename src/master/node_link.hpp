// The master's side of one session at one node: handshake, numbers, acknowledgements (doc/protocol.md §10.3).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "master/action.hpp"
#include "master/limits.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"

namespace dtest::master {

/// Pure; owned by Master. Knows jobs by number only: which item a job is, is Master's business, except for what
/// it must send again.
class NodeLink {
 public:
  enum class State { greeting, live, gone };

  NodeLink(std::string name, protocol::Hello hello, const Limits& limits, base::Instant now);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::Epoch epoch() const { return epoch_; }
  [[nodiscard]] base::Instant heard() const { return heard_; }
  [[nodiscard]] bool silent(base::Instant now) const;                 ///< suspect: gets no new work
  [[nodiscard]] bool dead(base::Instant now) const;
  [[nodiscard]] bool unanswered(base::Instant now) const;             ///< greeted for too long
  [[nodiscard]] std::uint64_t free_credit() const { return credit_.value - sent_.value; }
  [[nodiscard]] base::Instant next_deadline() const;

  /// What a result brought.
  struct Heard {
    bool joined = false;                 ///< the first answer of this session
    bool session_lost = false;           ///< the node has no such session any more
    std::optional<protocol::Refused> refused;
    std::vector<protocol::Body> bodies;  ///< new, in order
  };
  Heard on_result(protocol::Result result, base::Instant now, Actions& actions);

  /// Sends an item; free_credit() must be above 0.
  void send(protocol::ItemWork work, base::Instant now, Actions& actions);
  /// Says cancel, and again with every ping until the node is gone. A kill is never taken back.
  void cancel(bool kill, Actions& actions);
  /// Says that the project is there, and again with every ping until begun().
  void synced(Actions& actions);
  void begun() { synced_ = false; }
  /// Likewise bye.
  void bye(base::Instant now, Actions& actions);
  /// Says what the slots are to do, all of it, and again with every ping.
  void order(std::vector<protocol::SlotOrder> orders, Actions& actions);
  /// The session is lost: greets again with the next session number.
  void restart(base::Instant now);
  void gone() { state_ = State::gone; }
  void tick(base::Instant now, Actions& actions);
  /// Acknowledges at once.
  void ping(base::Instant now, Actions& actions, bool gap = false);

 private:
  void say(const protocol::Work& work, Actions& actions) const;
  void apply(protocol::Reports reports, Heard& heard, base::Instant now, Actions& actions);
  void resend(base::Instant now, Actions& actions);

  std::string name_;
  protocol::Hello hello_;
  const Limits& limits_;
  State state_ = State::greeting;
  base::Epoch epoch_;
  std::set<base::Epoch> dead_epochs_;
  base::JobNumber sent_{0}, accepted_{0}, credit_{0};
  std::map<base::JobNumber, protocol::ItemWork> unaccepted_;
  base::ReportNumber applied_{0};
  base::BeatNumber beat_{0};
  bool leaving_ = false;
  bool synced_ = false;
  std::optional<protocol::SlotOrders> orders_;
  std::optional<bool> cancel_;  ///< what was said: drain, or kill

  base::Duration hello_interval_;
  base::Duration rto_;
  base::Instant next_hello_;
  base::Instant next_ping_ = base::kNever;
  base::Instant next_resend_ = base::kNever;
  base::Instant asked_{};   ///< for a gap
  base::Instant heard_;
};

}  // namespace dtest::master
