// A dtest: the real master::Master, and an account of what it tells.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "account.hpp"
#include "master/master.hpp"
#include "protocol/result.hpp"
#include "shared.hpp"
#include "spoiler.hpp"

namespace dtest::simulation {

class VirtualMaster final : public master::Listener {
 public:
  using Send = std::function<void(const std::string& node, const std::string& frame)>;

  VirtualMaster(Shared& shared, base::RunId run, protocol::SessionOptions options, Send send);

  void add_node(const std::string& name);
  void on_result(const std::string& node, protocol::Result result);
  /// SIGSTOP, and SIGCONT after that time: what arrives meanwhile waits.
  void stop(base::Duration how_long);
  void on_node_lost(const std::string& node);
  /// Its sockets are connected again.
  void on_node_up(const std::string& node);
  [[nodiscard]] bool has_given_up(const std::string& node) const {
    return master_->link(node)->state() == master::NodeLink::State::gone;
  }
  /// SIGKILL: nobody is told.
  void end();
  /// Once a second or so: what dtest does now and then.
  void turn();
  void drain();
  void kill();
  [[nodiscard]] bool finished() const { return over_; }

  void on_node_joined(const std::string& node, base::Instant now) override;
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) override;
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override;
  void on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) override;
  void on_finding(const master::Finding& finding, base::Instant now) override;
  std::vector<std::string> to_retry(const protocol::ItemEnd& end) override;
  void on_retry(const protocol::ItemEnd& end, const master::Retry& retry) override;
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override;

 private:
  void tell_kept(base::ItemId item, bool is_void, base::Instant now);
  void step(Occasion occasion, const std::string& node,
            const std::function<void(master::Master&, master::Actions&)>& call);
  void witness(Occasion occasion, const std::string& node);
  [[nodiscard]] Occasion occasion_of(const std::string& node, const protocol::Result& result) const;
  void perform(const master::Actions& actions);
  void copy_project(const std::string& node, unsigned said);
  [[nodiscard]] master::NodeTerms terms() const;
  void wake();
  [[nodiscard]] std::vector<master::PlannedItem> items() const;

  Shared& shared_;
  Send send_;
  Account account_;
  MasterSpoiler spoiler_;
  base::RunId run_;
  std::unique_ptr<master::Master> master_;
  bool planned_ = false, plan_wanted_ = false, over_ = false;
  bool stopped_ = false;
  std::vector<std::pair<std::string, protocol::Result>> backlog_;
  std::vector<std::size_t> links_;  ///< states of the links as they were last seen
  std::vector<std::string> moved_;  ///< whose link was lost or gave up in this step
  base::Instant armed_ = base::kNever;
  std::vector<std::pair<std::string, protocol::Body>> untold_;  // by a planted bug
};

}  // namespace dtest::simulation
