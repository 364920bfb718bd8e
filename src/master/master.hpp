// The run's state machine: which item is where, which attempt counts, when it is over. Pure.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "master/action.hpp"
#include "master/breaker.hpp"
#include "master/limits.hpp"
#include "master/listener.hpp"
#include "master/node_link.hpp"
#include "master/node_table.hpp"

namespace dtest::master {

/// What is dispatched, in the order in which it is.
struct PlannedItem {
  std::string path;
  std::optional<std::vector<std::string>> examples;  ///< absent: all of the file
  std::optional<base::Duration> expected;
  std::string node;                                  ///< of the runner that is to run it...
  base::Slot slot{0};                                ///< ...as long as it is there; 0: any runner
};

/// What a node is to the run, where it is not as every other.
struct NodeTerms {
  std::optional<protocol::SessionOptions> options;  ///< absent: the run's
  bool leased = true;                               ///< false: the embedded node, whose process tells of its end
  std::uint32_t weight = 1;                         ///< the heavier gets an item first, where several have credit
};

/// Owned by dtest, or by a simulator. Every call gives the time and collects actions.
class Master {
 public:
  enum class State {
    planning,   ///< no plan yet
    running,
    draining,   ///< nothing new is started
    ending,     ///< every item is settled: nodes run exit handlers and close
    finished,
  };

  Master(base::RunId run, protocol::SessionOptions options, Limits limits, Listener& listener);

  void add_node(const std::string& name, base::Instant now, Actions& actions) { add_node(name, {}, now, actions); }
  /// One that is gone is greeted anew, with the next session number, unless its boot process failed.
  void add_node(const std::string& name, const NodeTerms& terms, base::Instant now, Actions& actions);
  /// Further nodes may be added: the run does not end for want of nodes while there is something to do.
  void expect_nodes(bool more) { more_nodes_ = more; }
  /// Answer to Listener::on_plan. Items get the ids 0, 1, 2... in this order; may be empty.
  void plan(std::vector<PlannedItem> items, base::Instant now, Actions& actions);
  void on_result(const std::string& node, protocol::Result result, base::Instant now, Actions& actions);
  /// The node can never answer again: its process ended, or it cannot be reached.
  void on_node_lost(const std::string& node, const std::string& reason, base::Instant now, Actions& actions);
  /// The project is in the workspace that the node told of by a report.
  void on_synced(const std::string& node, Actions& actions);
  /// The project cannot be brought there: the node is not used.
  void on_not_synced(const std::string& node, Actions& actions);
  /// Start nothing new; what runs may end.
  void drain(base::Instant now, Actions& actions);
  /// Kill everything now.
  void kill(base::Instant now, Actions& actions);
  void tick(base::Instant now, Actions& actions);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool finished() const { return state_ == State::finished; }
  /// A node is greeted or serves the run.
  [[nodiscard]] bool usable_node() const;
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  /// Null: there is no such node.
  [[nodiscard]] const NodeLink* link(const std::string& node) const;
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  struct Item {
    PlannedItem work;
    base::Attempt attempt{1};
    std::uint32_t crashes = 0, losses = 0;
    std::uint32_t retry = 0;  ///< how many retries of its examples came before
    bool over = false;
    std::string node;   ///< where it is in flight; empty: nowhere
    std::string avoid;  ///< where it crashed last, or its examples were bad
    std::string stay;   ///< where it must run while that node lives
    bool on_slot = false;  ///< it is in flight, and its runner gets no other item meanwhile
  };
  using Node = KnownNode;

  void apply(Node& node, protocol::Body body, base::Instant now, Actions& actions);
  void on_plan_part(Node& node, protocol::Plan part, base::Instant now, Actions& actions);
  void leave_out(Node& node, const std::string& reason, Actions& actions);
  void on_end(Node& node, const protocol::ItemEnd& end, base::Instant now);
  Decision decide(Item& item, protocol::Outcome outcome) const;
  void retry(const std::string& node, const protocol::ItemEnd& end);
  void settle(base::ItemId id, const std::string& node, const protocol::ItemEnd& end, Decision decision,
              base::Instant now);
  std::uint64_t release(const std::string& node, const std::string& reason, base::Instant now);
  void tell_broken_off(const Node& node, const std::string& reason, base::Instant now);
  void on_closed(Node& node, const std::string& why, base::Instant now, Actions& actions);
  void close_node(Node& node, const std::string& reason, bool clean, base::Instant now);
  void lose_session(Node& node, const std::string& reason, base::Instant now, Actions& actions);
  Node* choose(base::ItemId id, base::Instant now);
  Node* choose_among_all(base::ItemId id, base::Instant now);
  void land(Item& item);
  void dispatch(base::ItemId id, Node& node, base::Instant now, Actions& actions);
  void pump(base::Instant now, Actions& actions);
  void advance(base::Instant now, Actions& actions);

  // master_ends.cpp: also decide, on_end, retry, settle, release
  void hold(const std::string& node, const protocol::ItemEnd& end, base::Instant now);
  void stand(base::ItemId id, base::Instant now);
  void doubt(base::ItemId id, base::Instant now);
  void obey(const Breaker::Rulings& rulings, base::Instant now, Actions& actions);
  void leave_out(Node& node, base::Instant now, Actions& actions);

  [[nodiscard]] bool has_runner(const Item& item) const;
  Item* in_flight(const std::string& node, base::ItemId id, base::Attempt attempt);
  [[nodiscard]] bool working_node() const;

  base::RunId run_;
  protocol::SessionOptions options_;
  Limits limits_;
  Limits unleased_;      ///< the same without a limit of silence
  bool more_nodes_ = false;
  Listener& listener_;
  State state_ = State::planning;
  bool killed_ = false;
  bool plan_told_ = false;
  NodeTable nodes_;
  std::vector<Item> items_;
  std::deque<base::ItemId> queue_;
  struct HeldEnd {
    std::string node;
    protocol::ItemEnd end;
  };
  Breaker breaker_;
  std::map<base::ItemId, HeldEnd> held_;
  std::size_t in_flight_ = 0;
  std::set<std::pair<std::string, base::Slot>> slots_;  ///< at nodes: runners that run an item of their own
  std::uint64_t retried_ = 0;  ///< examples
};

}  // namespace dtest::master
