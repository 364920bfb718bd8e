// What happens to nodes and to runners, as events. Pure.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "collector/desk.hpp"
#include "collector/verdict.hpp"

namespace dtest::collector {

class NodeNews {
 public:
  explicit NodeNews(Desk& desk) : desk_(desk) {}

  void introduce(NodeJoin node) { known_.insert_or_assign(node.name, std::move(node)); }
  void joined(const std::string& node, base::Instant now);
  void gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean, base::Instant now);

  void booting(const std::string& node, const protocol::Booting& body, base::Instant now);
  void booted(const std::string& node, const protocol::Booted& body, base::Instant now);
  void set_up(const std::string& node, const protocol::Setup& body, base::Instant now);
  void boot_failed(const std::string& node, const protocol::BootFailed& body, base::Instant now);
  void runner_up(const std::string& node, const protocol::RunnerUp& body, base::Instant now);
  void runner_exit(const std::string& node, const protocol::RunnerExit& body, base::Instant now);

  void found(const master::Finding& finding, base::Instant now);

  /// Of runners that failed where others did not, a sentence; empty: none did.
  [[nodiscard]] std::string stopped() const;
  /// Runners that cannot be had because their hook failed.
  [[nodiscard]] std::uint32_t runners_lost() const { return runners_lost_; }
  /// The first boot that failed, while no runner was ever ready.
  [[nodiscard]] std::optional<Obstacle> obstacle() const { return any_ready_ ? std::nullopt : boot_failure_; }

 private:
  Desk& desk_;
  std::map<std::string, NodeJoin> known_;
  std::optional<Obstacle> boot_failure_;
  std::uint32_t runners_lost_ = 0;
  bool any_ready_ = false;
  using Suspect = std::pair<std::string, std::uint32_t>;
  std::set<Suspect> replaced_, stopped_;
  std::string first_replaced_, first_stopped_;  // what was found of them
};

}  // namespace dtest::collector
