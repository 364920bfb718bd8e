// A Master with hand-written nodes: what it sends is decoded, what it tells is kept.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "master/master.hpp"
#include "protocol/codec.hpp"

namespace dtest::master {

struct Rig : Listener {
  explicit Rig(Limits limits = {});

  void add(const std::string& node);
  /// The first answer of a session, with this credit.
  void join(const std::string& node, std::uint64_t credit = 3);
  void beat(const std::string& node, std::uint64_t credit = 0);
  void report(const std::string& node, std::vector<protocol::Body> bodies);
  void end(const std::string& node, std::uint32_t item, std::uint32_t attempt, protocol::Outcome outcome);
  void nosession(const std::string& node);
  void plan(std::size_t items);
  void plan(std::vector<PlannedItem> items);
  void result(const std::string& node, const protocol::Result& result);
  void pass(base::Duration time);   ///< with ticks; nodes stay silent
  void lost(const std::string& node);
  void drain();
  void kill();

  template <class W>
  [[nodiscard]] std::vector<W> said(const std::string& node) const {
    std::vector<W> found;
    for (const auto& [to, work] : sent)
      if (const auto* w = std::get_if<W>(&work); w != nullptr && to == node) found.push_back(*w);
    return found;
  }
  void forget() { sent.clear(), told.clear(); }

  void on_node_joined(const std::string& node, base::Instant) override { told.push_back("joined " + node); }
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant) override;
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant) override;
  std::vector<std::string> to_retry(const protocol::ItemEnd& end) override;
  void on_retry(const protocol::ItemEnd& end, const Retry& retry) override;
  void on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant) override;
  void on_finding(const Finding& finding, base::Instant) override;
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, Decision decision,
                       base::Instant) override;

  struct Side {
    protocol::NodeHeader header;
  };
  base::RunId run{{1}};
  base::Instant now{std::chrono::seconds(1000)};
  Master master;
  std::map<std::string, Side> sides;
  std::vector<std::pair<std::string, protocol::Work>> sent;
  std::vector<std::string> told;
  std::string why_gone;             ///< the last reason
  std::vector<Finding> findings;
  std::map<std::uint32_t, std::vector<std::string>> bad;  ///< by item: its bad examples

 private:
  void step(const Actions& actions);
  std::uint64_t next_epoch_ = 50;
};

}  // namespace dtest::master
