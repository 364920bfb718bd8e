// One run on one node: its runners, the items that it holds, what it reports (doc/protocol.md §10.1).
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "broker/action.hpp"
#include "broker/limits.hpp"
#include "broker/outbox.hpp"
#include "broker/runner_slot.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"
#include "schedule/shares.hpp"

namespace dtest::broker {

/// A pure state machine, owned by Node. Events come in with the time; what is to be done goes into `actions`.
class Session {
 public:
  enum class State {
    opening,   ///< the boot process has not loaded yet
    serving,
    draining,  ///< what has started goes on, the rest was given back
    leaving,   ///< bye was heard: exit handlers run
    closing,   ///< everything is being killed
    closed,    ///< all reaped; the last reports wait for their acknowledgement
    gone,      ///< to be forgotten
  };

  /// `share`: how many runners it may count on.
  Session(const protocol::Hello& hello, base::Epoch epoch, std::string node, const Limits& limits, std::uint32_t share,
          base::Instant now, Actions& actions);

  [[nodiscard]] const base::RunId& run() const { return run_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::Epoch epoch() const { return epoch_; }
  [[nodiscard]] base::SessionNumber number() const { return number_; }
  [[nodiscard]] const protocol::SessionOptions& options() const { return options_; }
  [[nodiscard]] std::uint32_t busy() const;
  [[nodiscard]] const std::vector<RunnerSlot>& slots() const { return runners_; }
  [[nodiscard]] base::Instant opened() const { return opened_; }
  /// Items that were begun here and are over.
  [[nodiscard]] std::uint64_t finished() const { return finished_; }

  // session_share.cpp: runners that sessions share.
  /// Runners that it could use now.
  [[nodiscard]] std::uint32_t wants(base::Instant now) const;
  /// Nobody else is here.
  void allow_all(base::Instant now, Actions& actions);
  /// `share` runners are due to it, `most` of them may work now; afterwards it starts nothing by itself, for each runner
  /// that becomes free may be another's.
  void allow(const schedule::Allowance& allowance, base::Instant now, Actions& actions);
  /// Since when it has work, and no runner.
  [[nodiscard]] std::optional<base::Instant> waits_since() const { return waits_since_; }
  /// It must be told for whom it waits: `others` says what they have.
  [[nodiscard]] bool must_be_told(base::Instant now) const;
  void tell_waiting(const std::string& others, base::Instant now, Actions& actions);
  [[nodiscard]] base::Instant next_deadline() const;
  /// When the lease is over, if nothing is heard: the guardian kills everything then, even while the daemon is stopped.
  [[nodiscard]] base::Instant fence() const { return fenced() ? lease_ + *limits_.lease : base::kNever; }

  // From the master; the epoch was checked.
  void on_hello(base::Instant now, Actions& actions);
  void on_item(const protocol::ItemWork& work, base::Instant now, Actions& actions);
  void on_ping(const protocol::Ping& ping, base::Instant now, Actions& actions);
  void on_cancel(bool kill, base::Instant now, Actions& actions);
  void on_bye(base::Instant now, Actions& actions);
  /// Of this node's own accord: as a cancel that kills nothing.
  void drain(base::Instant now, Actions& actions);
  /// It runs nothing any more: its processes leave in order.
  void leave_drained(base::Instant now, Actions& actions);
  void on_synced(base::Instant now, Actions& actions);
  void on_slots(const protocol::SlotOrders& orders, base::Instant now, Actions& actions);

  // From this node.
  /// Its workspace lies at `path`, or cannot be made.
  void on_workspace(const std::string& path, const std::string& fault, base::Instant now, Actions& actions);
  void on_local(const protocol::LocalReport& report, base::Instant now, Actions& actions);
  void on_process_over(const ProcessOver& over, base::Instant now, Actions& actions);
  void on_hook_over(const HookOver& over, base::Instant now, Actions& actions);
  /// Nothing of the session is left (answer to KillSession, or the guardian died and was swept after).
  void on_empty(base::Instant now, Actions& actions);
  /// Of what this process prints only the last `kept` bytes are there.
  void on_flood(base::Slot slot, base::Incarnation incarnation, std::uint64_t kept, base::Instant now,
                Actions& actions);
  /// A process of this slot printed `output`, and before it `left_out` bytes that are not told.
  void on_printed(base::Slot slot, std::string output, std::uint64_t left_out, base::Instant now, Actions& actions);
  void on_said(const std::string& text, base::Instant now, Actions& actions);
  /// Every process of the session, and the clock of these calls, stood still for so long.
  void on_slept(base::Duration time);
  void tick(base::Instant now, Actions& actions);
  /// Kill everything: the daemon stops, the run is replaced, the lease is over.
  void kill(base::Instant now, Actions& actions) { kill(options_.grace, now, actions); }
  /// The same, because the daemon stops.
  void stop(base::Instant now, Actions& actions);

 private:
  struct Boot {
    base::Incarnation incarnation{0};
    bool alive = false, loaded = false;
    std::optional<std::string> loading;  ///< the test file that is being loaded
    std::string kill_reason;
    base::Instant progress{};
    std::uint64_t heard = 0;             ///< number of its last message
    base::Duration slept{};              ///< while it loaded
    bool flooded = false;                ///< it printed more than is kept
    bool whole = true;                   ///< none is missing
    bool bye = false;                    ///< its exit handlers are through
    bool erred = false;                  ///< while it was to leave it told of an error
    unsigned crashes = 0;                ///< after it had loaded
  };

  struct Hook {
    base::Slot slot;
    base::Instant began{};
    std::string kill_reason;
  };

  // session.cpp
  void report(const protocol::Body& body, bool urgent, base::Instant now);
  void publish(base::Instant now, Actions& actions);
  void beat(base::Instant now, Actions& actions);
  void raise_credit(base::Instant now);
  void kill(base::Duration grace, base::Instant now, Actions& actions);
  void on_plan(base::Slot from, const protocol::Plan& part, base::Instant now, Actions& actions);
  [[nodiscard]] protocol::NodeHeader header() const;
  void give_back(base::ItemId item, base::Attempt attempt, base::Instant now);
  void finish_item(protocol::ItemEnd end, base::Instant now);
  void fail(protocol::BootFailed failure, base::Instant now, Actions& actions);
  [[nodiscard]] bool fenced() const { return limits_.lease && (works() || state_ == State::leaving); }
  [[nodiscard]] bool works() const {
    return state_ == State::opening || state_ == State::serving || state_ == State::draining;
  }

  // session_leave.cpp
  void leave(base::Instant now, Actions& actions);
  void continue_leaving(base::Instant now, Actions& actions);
  void cut_short(base::Instant now, Actions& actions);
  [[nodiscard]] std::string still_ran() const;
  void tell_late(const RunnerSlot& runner, base::Instant now);
  void tell_not_through(const std::string& why, base::Instant now);
  void tell_exit_error(std::string where, std::string message, std::optional<base::Slot> by, protocol::Bytes output,
                       base::Instant now);
  void tell_broken_off(const RunnerSlot& runner, const ProcessOver& over, base::Instant now);
  void tell_boot_broken_off(const ProcessOver& over, base::Instant now);

  // session_setup.cpp
  void set_up(base::Instant now, Actions& actions);
  void set_up_runners(base::Instant now, Actions& actions);
  void start_hook(const char* hook, base::Slot slot, base::Instant now, Actions& actions);
  void report_hook_end(const Hook& hook, const HookOver& over, base::Instant now);
  void on_runner_set_up(const Hook& hook, const std::string& fault, base::Instant now, Actions& actions);
  void check_hooks(base::Instant now, Actions& actions);
  [[nodiscard]] base::Duration limit_of(const RunnerSlot& runner) const;
  [[nodiscard]] std::string over_limit(const RunnerSlot& runner, base::Instant now) const;

  // session_memory.cpp
  void weigh_fresh(const RunnerSlot& runner, base::Instant now);
  void weigh(RunnerSlot& runner, const protocol::ItemEnd& end);
  void replace(RunnerSlot& runner, base::Instant now, Actions& actions);

  // session_databases.cpp
  bool claim(const RunnerSlot& runner, const std::vector<std::string>& databases);
  void release(base::Slot slot);
  void tell_shared(base::Instant now);
  [[nodiscard]] std::uint32_t usable() const;

  // session_share.cpp
  void give_up_waiting(base::Instant now);
  [[nodiscard]] bool waits_long(base::Instant now) const;

  // session_slots.cpp
  struct Waiting {
    protocol::RunWork work;
    bool brief = false;
    std::vector<base::Slot> only{};            ///< that may run it; empty: any
  };
  void obey_orders(base::Instant now, Actions& actions);
  void put_off(RunnerSlot& runner, base::Instant now, Actions& actions);
  void give_back_barred(base::Instant now);
  void enqueue(Waiting waiting);
  [[nodiscard]] std::deque<Waiting>::iterator next_for(const RunnerSlot& runner);

  // session_boot.cpp
  void start_boot(base::Instant now, Actions& actions);
  void on_boot_report(const protocol::LocalReport& report, base::Instant now, Actions& actions);
  void on_boot_over(const ProcessOver& over, base::Instant now, Actions& actions);
  void check_boot(base::Instant now, Actions& actions);
  void kill_boot(std::string reason, Actions& actions);
  [[nodiscard]] std::string no_boot_process(const std::string& how) const;
  void give_up_unforked(base::Instant now, Actions& actions);

  // session_runners.cpp
  void fork_runners(base::Instant now, Actions& actions);
  void feed_runners(base::Instant now, Actions& actions);
  void give_back_queue(base::Instant now);
  void on_runner_report(RunnerSlot& runner, const protocol::LocalReport& report, base::Instant now, Actions& actions);
  [[nodiscard]] bool comes_too_late(const RunnerSlot& runner, const protocol::LocalReport& message) const;
  void on_ready(RunnerSlot& runner, const protocol::Ready& ready, base::Instant now, Actions& actions);
  void on_list(RunnerSlot& runner, const protocol::ExampleList& list, base::Instant now, Actions& actions);
  void on_example(RunnerSlot& runner, const protocol::ExampleOver& over, base::Instant now);
  void on_runner_over(RunnerSlot& runner, const ProcessOver& over, base::Instant now, Actions& actions);
  void give_up(RunnerSlot& runner, const ProcessOver& last, unsigned useless, base::Instant now, Actions& actions);
  void check_runners(base::Instant now, Actions& actions);
  void on_pid(base::Slot slot, base::Incarnation incarnation, std::int64_t pid, Actions& actions);
  void kill_runner(RunnerSlot& runner, RunnerSlot::Kill why, std::string reason, Actions& actions);
  [[nodiscard]] bool is_open(const RunnerSlot& runner, base::ItemId item, base::Attempt attempt) const;
  void send_again(const RunnerSlot& runner, Actions& actions);
  RunnerSlot* find(base::Slot slot, base::Incarnation incarnation);

  base::RunId run_;
  base::SessionNumber number_;
  base::Epoch epoch_;
  protocol::SessionOptions options_;
  std::string node_;
  std::string drained_;  ///< for people; empty: its node is not being drained
  const Limits& limits_;

  State state_ = State::opening;
  bool has_workspace_ = false;
  bool synced_;                                ///< the project is where it is to be
  Outbox outbox_;
  std::vector<Hook> hooks_;                    ///< those that run
  Boot boot_;
  std::vector<RunnerSlot> runners_;
  std::uint64_t ordered_ = 0;                  ///< number of the newest orders for slots
  std::deque<Waiting> queue_;                  ///< accepted, not started
  std::map<std::string, base::Slot> databases_;  ///< whose they are
  std::map<std::string, std::set<base::Slot>> shared_;  ///< who would share them: not told yet
  std::vector<std::string> defer_;             ///< files that ended a boot process
  std::map<base::Slot, std::vector<protocol::Plan>> plans_;  ///< parts of plans that are not complete
  bool planned_ = false;                       ///< a complete plan was reported
  bool leaving_boot_ = false;
  std::map<base::Slot, std::uint64_t> unprinted_;  ///< bytes that were not told
  std::size_t printed_ = 0;                        ///< bytes that were
  bool served_ = false;                        ///< some runner was ready
  bool told_fresh_ = false;                    ///< that runners are above runner_memory from the start

  base::JobNumber accepted_{0};
  base::JobNumber credit_{0};
  std::uint64_t finished_ = 0;
  base::Instant opened_;
  std::uint32_t share_;                        ///< runners that are due to it
  std::uint32_t most_;                         ///< that may work now
  base::Instant exhausted_;                    ///< when its master had last used all credit
  std::optional<base::Instant> waits_since_;
  bool waiting_told_ = false;
  base::BeatNumber beat_{0};
  base::Instant next_beat_{};
  base::Instant tell_accepted_ = base::kNever; ///< by then a message must say that a job was accepted
  base::Instant leave_limit_ = base::kNever;   ///< leaving: when exit handlers have had their time
  base::Instant forget_ = base::kNever;  ///< closed, with a lease: when to forget although not all is acknowledged
  std::map<base::BeatNumber, base::Instant> beats_sent_;  ///< lease: not yet echoed
  base::Instant lease_{};                      ///< send time of the newest beat that the master echoed
};

}  // namespace dtest::broker
