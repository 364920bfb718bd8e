// A dtest: the real master::Master, and an account of what it tells.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "master/master.hpp"
#include "protocol/result.hpp"
#include "shared.hpp"

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
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override;

 private:
  struct Seen {                    ///< for planted bugs
    std::uint64_t told = 0, credit = 0, applied = 0;
  };
  void spoil(const std::string& node, protocol::Result& result);
  void spoil_reports(Seen& seen, protocol::Reports& reports);
  void step(const std::function<void(master::Master&, master::Actions&)>& call);
  void perform(const master::Actions& actions);
  void wake();
  [[nodiscard]] std::vector<master::PlannedItem> items() const;

  Shared& shared_;
  Send send_;
  std::unique_ptr<master::Master> master_;
  bool planned_ = false, plan_wanted_ = false, over_ = false;
  bool stopped_ = false;
  std::vector<std::pair<std::string, protocol::Result>> backlog_;
  std::map<base::Epoch, Seen> seen_;
  std::map<std::string, protocol::NodeHeader> newest_;  ///< for a planted bug
  base::Instant armed_ = base::kNever;
};

}  // namespace dtest::simulation
