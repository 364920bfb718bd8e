// Several masters at one node, in virtual time: real Master and Node, scripted processes, a network that only delays.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "broker/node.hpp"
#include "master/master.hpp"
#include "protocol/codec.hpp"
#include "../random.hpp"
#include "../timeline.hpp"

namespace dtest::simulation {

class Fleet;

// One person's run.
class Tenant final : public master::Listener {
 public:
  Tenant(Fleet& fleet, std::uint8_t number, const std::string& user, std::uint32_t runners, std::size_t items,
         base::Duration longest);

  void start();
  void on_result(const protocol::Result& result);
  void act(const std::function<void(master::Master&, master::Actions&)>& call);

  void on_node_joined(const std::string&, base::Instant) override {}
  void on_node_gone(const std::string&, const std::string&, std::uint64_t, bool clean, base::Instant) override {
    lost += clean ? 0 : 1;
  }
  void on_plan(const std::string&, const protocol::Plan&, base::Instant) override { plan_wanted_ = true; }
  void on_report(const std::string&, const protocol::Body& body, base::Instant now) override {
    if (const auto* notice = std::get_if<protocol::Notice>(&body)) told.push_back({now, notice->text});
  }
  void on_attempt_over(const std::string&, const protocol::ItemEnd&, master::Decision decision,
                       base::Instant) override {
    accepted += decision == master::Decision::accepted ? 1 : 0;
  }

  base::RunId run{};
  std::size_t items;
  base::Duration longest;
  std::size_t accepted = 0, lost = 0;
  std::vector<std::pair<base::Instant, std::string>> told;
  base::Instant began{}, ended = base::kNever;
  double seats = 0;  ///< runner seconds

 private:
  Fleet& fleet_;
  master::Master master_;
  bool plan_wanted_ = false;
};

// The node, and what joins it to its tenants.
class Fleet {
 public:
  explicit Fleet(std::uint32_t runners);

  Tenant& add(const std::string& user, std::size_t items, base::Duration longest, base::Duration begin = {});
  [[nodiscard]] std::uint32_t busy(const Tenant& tenant) const {
    const broker::Session* session = node_.session(tenant.run);
    return session == nullptr ? 0 : session->busy();
  }
  /// At no time work more runners than there are; false: they did, or nothing happens any more.
  [[nodiscard]] bool run_for(base::Duration how_long);
  void to_node(const base::RunId& run, const std::string& frame);
  void subscribe(const base::RunId& run) { node_.on_subscription(run, true); }

  Timeline time;
  Random random{42};
  std::vector<std::unique_ptr<Tenant>> tenants;
  std::vector<std::string> log;

 private:
  base::Duration some(base::Duration longest) { return random.between(longest / 2, longest); }
  // In order, as TCP has it.
  base::Instant arrival(base::Instant& last) {
    return last = std::max(last, time.now() + random.between(base::Duration(100), std::chrono::milliseconds(2)));
  }
  void step(const std::function<void(broker::Node&, broker::Actions&)>& call);
  void says(const base::RunId& run, base::Slot slot, protocol::LocalBody body, base::Duration when);
  void perform(const broker::Action& action);
  Tenant& tenant(const base::RunId& run) { return *tenants[run.bytes[0] - 1U]; }

  broker::Node node_;
  std::uint32_t runners_;
  std::map<std::pair<base::RunId, base::Slot>, std::uint64_t> said_;
  std::map<base::RunId, base::Instant> to_node_, to_master_;
  base::Instant armed_ = base::kNever;
};

/// Mean runners of each over that time from now; nothing when more worked than there are.
std::vector<double> means(Fleet& fleet, base::Duration how_long);

}  // namespace dtest::simulation
