// The real parts around the master: the nodes, the sockets to them, the timers.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "cli/node_copies.hpp"
#include "cli/node_set.hpp"
#include "cli/start_gate.hpp"
#include "config/nodes.hpp"
#include "master/master.hpp"

namespace dtest::cli {

/// Turns the plan that the framework made into items in dispatch order.
using Planner = std::function<std::vector<master::PlannedItem>(const protocol::Plan& plan, base::Instant now)>;

/// Owned by the command. Everything is told to the listener on the loop.
class MasterHost : private master::Listener {
 public:
  struct Setting {
    base::RunId run;
    protocol::SessionOptions options;
    master::Limits limits;
    std::string dir;  ///< the run's private directory
    std::vector<config::NodeSpec> nodes{};  ///< none: this machine alone
    std::string key_file{};
    StartGate::Setting start{};             ///< what must be there before the first item is handed out
    SyncSource::Setting sync{};             ///< what nodes with a workspace get
    /// A line for people about a node.
    std::function<void(const std::string& text)> tell{};
    /// A copy on its way to a node.
    std::function<void(const collector::NodeSync& news)> tell_sync{};
  };
  /// Starts the nodes. Throws base::Error.
  MasterHost(Setting setting, bus::Context& context, bus::Loop& loop, master::Listener& listener, Planner planner);
  ~MasterHost() override;

  void drain();
  void kill();
  /// Until resume() no process of the run goes on, and no time limit: this process is about to be stopped.
  void pause() { nodes_->pause(); }
  void resume() { nodes_->resume(); }
  /// Every item is settled and no process of the run is left.
  [[nodiscard]] bool finished() const { return master_.finished(); }
  /// Ends the local node; stopped() tells when it is gone.
  void stop() { nodes_->stop(); }
  [[nodiscard]] bool stopped() const { return nodes_->stopped(); }
  /// Why the run could not be served, if it could not.
  [[nodiscard]] const std::string& lost_reason() const { return lost_reason_; }
  /// Nodes that cannot be used now.
  [[nodiscard]] std::set<std::string> unusable() const { return nodes_->unusable(); }
  /// Some node runs in the project itself, not in a copy of its own.
  [[nodiscard]] bool any_in_place() const;
  void after_turn(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  void on_up(const config::NodeSpec& node);
  void on_result(const std::string& node, const bus::Message& message);
  void on_trouble(const std::string& node, const std::string& why);
  void on_daemon_ended(const std::string& how);
  void on_synced(const std::string& node);
  void on_not_synced(const std::string& node, const std::string& why);
  [[nodiscard]] master::NodeTerms terms(const config::NodeSpec& node) const;
  void pass_gate(base::Instant now);
  void give_up();
  void perform(const master::Actions& actions);
  void answer_plan(base::Instant now);
  void on_node_joined(const std::string& node, base::Instant now) override { listener_.on_node_joined(node, now); }
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) override;
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override;
  std::vector<std::string> to_retry(const protocol::ItemEnd& end) override { return listener_.to_retry(end); }
  void on_retry(const protocol::ItemEnd& end, const master::Retry& retry) override { listener_.on_retry(end, retry); }
  void on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) override {
    listener_.on_held(node, end, now);
  }
  void on_finding(const master::Finding& finding, base::Instant now) override { listener_.on_finding(finding, now); }
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override {
    listener_.on_attempt_over(node, end, decision, now);
  }

  Setting setting_;
  bus::Loop& loop_;
  master::Listener& listener_;
  Planner planner_;
  master::Master master_;
  std::optional<protocol::Plan> plan_;  ///< to be answered once the master's step is over
  std::string lost_reason_;
  std::set<std::string> left_;  ///< in order, in the middle of the run: that they do not answer then was told
  StartGate gate_;
  NodeCopies copies_;
  std::unique_ptr<NodeSet> nodes_;
};

}  // namespace dtest::cli
