// A machine with a dtestd: the real broker::Node, and virtual everything else.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/node.hpp"
#include "drift.hpp"
#include "node_witness.hpp"
#include "spoiler.hpp"
#include "virtual_session.hpp"

namespace dtest::simulation {

class VirtualNode final : public SessionEvents {
 public:
  using Publish = std::function<void(const std::string& frame)>;

  VirtualNode(Shared& shared, std::size_t index, Publish publish);

  [[nodiscard]] std::string name() const { return node_name(index_); }
  void on_subscription(const base::RunId& run);
  void on_work(const protocol::Work& work);
  /// SIGSTOP to the daemon, and SIGCONT after that time: what arrives meanwhile waits. Guardian and runners go on.
  void stop_for(base::Duration how_long);
  void stop_guardian(base::Duration how_long);
  /// Ctrl-Z: all processes, and the clocks of the machines, stand still for that time. Only what runners measure
  /// themselves goes on.
  void suspend(base::Duration how_long);
  /// The machine is gone, for ever and without a word.
  void die();
  /// The daemon dies and comes back once what it left behind is gone.
  void restart();
  /// SIGTERM: the daemon kills what it has, and refuses what comes.
  void terminate();
  /// The daemon dies for ever.
  void stop();
  [[nodiscard]] bool runs() const { return node_ != nullptr; }

  [[nodiscard]] std::size_t processes() const;
  [[nodiscard]] std::size_t sessions() const { return node_ ? node_->sessions() : 0; }

  void on_local(const base::RunId& run, const protocol::LocalReport& report) override;
  void on_process_over(const base::RunId& run, const broker::ProcessOver& over) override;
  void on_hook_over(const base::RunId& run, const broker::HookOver& over) override;
  void on_session_empty(const base::RunId& run) override;
  void on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation) override;

 private:
  using Call = std::function<void(broker::Node&, broker::Actions&)>;
  void start();
  void go_on();
  void come_back();
  void step(const Cause& cause, const Call& call);
  void watched(const Cause& cause, const Call& call);
  void perform(const broker::Actions& actions);
  void perform_session(const broker::Action& action);
  void wake();
  void make_workspace(const base::RunId& run);
  void arm_fence();
  void hear_local(const base::RunId& run, const protocol::LocalReport& report);
  void deny_too_early(const protocol::Work& work);
  bool kill_before_heard(const protocol::Work& work);
  std::uint64_t draw_epoch();
  [[nodiscard]] base::Instant now() const { return drift_.shown(shared_.now()); }

  Shared& shared_;
  std::size_t index_;
  Drift drift_;
  Publish publish_;
  NodeSpoiler spoiler_;
  NodeWitness witness_;
  std::unique_ptr<broker::Node> node_;
  std::vector<std::unique_ptr<VirtualSession>> all_;  ///< also ended ones
  VirtualSession* session_ = nullptr;                 ///< of the one run there is
  std::optional<base::RunId> subscribed_;
  base::Instant armed_ = base::kNever, fence_ = base::kNever;
  bool stopped_ = false, dead_ = false;
  std::vector<std::pair<Cause, Call>> backlog_;       ///< while it is stopped
  std::uint64_t life_ = 0;                            ///< timers of a former life do nothing
};

}  // namespace dtest::simulation
