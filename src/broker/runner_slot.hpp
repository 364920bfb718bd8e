// One runner of a session: which process is in it, and what that process is doing (doc/protocol.md §10.2).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "protocol/local.hpp"

namespace dtest::broker {

/// A time that was measured, without what its process stood still; one that is shorter was measured before that.
inline base::Duration awake(base::Duration took, base::Duration slept) { return took < slept ? took : took - slept; }

/// A record with the transitions that need no knowledge of the session. Owned by the session.
class RunnerSlot {
 public:
  enum class State {
    empty,    ///< no process
    forking,  ///< asked for, has not said `ready`
    idle,
    busy,     ///< an item is open
    dying,    ///< is being killed; an item may be open
    leaving,  ///< was told to quit
    broken,   ///< given up
  };
  /// Why the broker killed it.
  enum class Kill { none, timed_out, run_over, faulty, excess, hook };

  explicit RunnerSlot(base::Slot slot) : slot_(slot) {}

  [[nodiscard]] base::Slot slot() const { return slot_; }
  [[nodiscard]] base::Incarnation incarnation() const { return incarnation_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] bool has_process() const { return state_ != State::empty && state_ != State::broken; }
  [[nodiscard]] const std::optional<protocol::RunWork>& item() const { return item_; }
  [[nodiscard]] const std::optional<std::string>& running() const { return running_; }
  [[nodiscard]] Kill killed() const { return killed_; }
  [[nodiscard]] const std::string& kill_reason() const { return kill_reason_; }
  /// When something was last heard of progress: a begin, an end, a list, the item itself.
  [[nodiscard]] base::Instant progress() const { return progress_; }

  /// When the open item was handed over.
  [[nodiscard]] base::Instant started() const { return started_; }

  void fork(base::Instant now);
  void forked(std::int64_t pid) { pid_ = pid; }
  /// `rss_kb`: resident before its first item.
  void ready(base::Instant now, std::uint64_t rss_kb = 0);
  /// A message of this process. False: one before it is missing, or was.
  bool heard(std::uint64_t number);
  /// `brief`: it is expected to take next to no time.
  void start(protocol::RunWork item, bool brief, base::Instant now);
  /// Busy with a brief item, and nothing waits behind it: a second one can be sent ahead.
  [[nodiscard]] bool takes_ahead() const { return state_ == State::busy && brief_ && !ahead_ && rss_kb_ == 0; }
  /// This item, brief too, was sent and begins when the open one is done.
  void send_ahead(protocol::RunWork item) { ahead_ = std::move(item); }
  [[nodiscard]] const std::optional<protocol::RunWork>& ahead() const { return ahead_; }
  /// Takes back what was sent ahead and never began; the process must be gone.
  std::optional<protocol::RunWork> take_ahead() { return std::exchange(ahead_, std::nullopt); }
  void began(std::string example, base::Instant now);
  void progressed(base::Instant now) { progress_ = now; }
  void ended_example(base::Instant now);
  /// The item is over. What was sent ahead is open now; else the process is idle again unless it is dying.
  void done(base::Instant now);
  void dying(Kill why, std::string reason);
  void leaving();
  /// It has said all: its exit handlers are through.
  void said_bye() { bye_ = true; }
  /// It told of an error outside of its examples; once it is to quit, that explains a bad status.
  void erred() { erred_ = erred_ || told_; }
  /// It was told to quit, and did not end of itself in order: the rest of its exit handlers did not run, or its status is
  /// bad and nothing was said of why.
  [[nodiscard]] bool broke_off(const std::string& how) const;
  /// It was told to quit before it ran anything, and no process follows it.
  void retire(base::Instant now);
  [[nodiscard]] bool retired() const { return retired_; }
  /// After an item it kept so much in memory that another process is to take its place before the next one.
  void outgrown(std::uint64_t rss_kb) { rss_kb_ = rss_kb; }
  [[nodiscard]] bool is_outgrown() const { return rss_kb_ > 0; }
  [[nodiscard]] std::uint64_t rss_kb() const { return rss_kb_; }
  [[nodiscard]] std::uint64_t fresh_kb() const { return fresh_kb_; }
  /// It was told to quit because it has outgrown its limit; another process follows it.
  void replace(base::Instant now);
  [[nodiscard]] bool replaced() const { return replaced_; }
  /// A hook of the project runs in it.
  void entered(std::string hook) { hook_ = std::move(hook); }
  [[nodiscard]] const std::string& hook() const { return hook_; }
  /// It loads the project itself, and this file now.
  void loads(std::string file) { loading_ = std::move(file); }
  [[nodiscard]] const std::string& loading() const { return loading_; }
  /// It prints more than is kept. True: for the first time in this item.
  bool first_flood() { return !std::exchange(flooded_, true); }
  /// It stood still for so long: the times of what is open count without it.
  void slept(base::Duration time);
  [[nodiscard]] base::Duration slept_in_item() const { return slept_in_item_; }
  [[nodiscard]] base::Duration slept_in_example() const { return slept_in_example_; }
  /// Told to quit between items by the master's circuit breaker; another process follows it.
  void renew(base::Instant now);
  /// What the master wants of it. Until other words come it stays so, whatever process is in it.
  enum class Order { none, rest, renew, stop };
  void order(Order what, base::Incarnation incarnation) { order_ = what, ordered_ = incarnation; }
  [[nodiscard]] bool is_to_stop() const { return order_ == Order::stop; }
  /// Its process, or the one that is being forked, is to be replaced.
  [[nodiscard]] bool is_to_renew() const { return order_ == Order::renew && incarnation_ <= ordered_; }
  /// It gets no item.
  [[nodiscard]] bool rests() const { return order_ == Order::rest || is_to_stop() || is_to_renew(); }
  /// So many more examples are announced. False: more than `most`.
  bool announce(std::uint64_t examples, std::uint64_t most) { return (announced_ += examples) <= most; }
  /// The process is gone. Returns how many processes of this slot ended in a row without finishing an item.
  unsigned over();
  void give_up() { state_ = State::broken; }
  /// No process of it runs or will run files.
  [[nodiscard]] bool lost() const { return state_ == State::broken || retired_; }

 private:
  base::Slot slot_;
  base::Incarnation incarnation_{0};
  State state_ = State::empty;
  std::int64_t pid_ = 0;
  std::optional<protocol::RunWork> item_;
  std::optional<protocol::RunWork> ahead_;
  bool brief_ = false;      ///< the open item
  std::optional<std::string> running_;
  Kill killed_ = Kill::none;
  std::string kill_reason_;
  std::uint64_t announced_ = 0;  ///< examples of the open item
  bool retired_ = false;
  bool replaced_ = false;
  bool flooded_ = false;
  std::uint64_t fresh_kb_ = 0;
  std::uint64_t rss_kb_ = 0;     ///< once it has outgrown its limit
  bool told_ = false, bye_ = false, erred_ = false;
  std::string loading_;          ///< the test file, before it is ready
  std::string hook_;             ///< name of the hook that runs before it is ready
  base::Duration slept_in_item_{}, slept_in_example_{};
  Order order_ = Order::none;
  base::Incarnation ordered_{0};
  std::uint64_t heard_ = 0;  ///< number of its last message
  bool whole_ = true;        ///< none is missing
  base::Instant progress_{};
  base::Instant started_{};
  bool useful_ = false;     ///< this incarnation finished an item, or had one open
  unsigned useless_ = 0;    ///< incarnations in a row that were not useful
};

}  // namespace dtest::broker
