// The run as a whole, as events: start, plan, progress, cancel, end. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "collector/collector.hpp"
#include "collector/desk.hpp"

namespace dtest::collector {

class RunNews {
 public:
  RunNews(Desk& desk, Settings settings) : desk_(desk), settings_(std::move(settings)) {}

  void begin(base::Instant now);
  /// What the framework said, for run.plan.
  void keep(const protocol::Plan& whole);
  void announce(Announcement plan, base::Instant now);
  void add_item(base::ItemId item, const std::string& path, base::Instant now);
  void tick(base::Instant now);
  void cancel(const std::string& reason, base::Instant now);
  void kill(const std::string& reason, base::Instant now);
  /// Why the files were not run that nothing else explains.
  [[nodiscard]] std::string why_not_run(const Ending& ending) const;
  /// The ledger is closed. `obstacle`: why no node could start; it goes before that of the ending.
  RunEnd finish(const Ending& ending, const std::optional<Obstacle>& obstacle, const std::string& stopped,
                base::Instant now);
  /// What finish() returned.
  [[nodiscard]] const RunEnd& end() const { return end_; }

  [[nodiscard]] bool planned() const { return planned_; }
  [[nodiscard]] bool retries() const { return settings_.retries; }
  [[nodiscard]] std::vector<RunningFile> running(base::Instant now) const;
  [[nodiscard]] RunProgress progress(base::Instant now) const;
  /// Without nodes and failures, which others know.
  [[nodiscard]] StreamSnapshot snapshot(base::Instant now) const;

 private:
  [[nodiscard]] Remaining remaining(base::Instant now) const;
  [[nodiscard]] std::string why_over(const std::string& reason) const;
  [[nodiscard]] std::string out_of_time() const;
  void decide(const Totals& totals);
  std::uint64_t account(base::Instant now);

  Desk& desk_;
  Settings settings_;
  RunPlan plan_;                       // without its files
  std::vector<base::ItemId> order_;    // of dispatch
  base::Instant progress_due_{};
  std::string cancel_reason_;
  bool planned_ = false, killed_ = false;
  RunEnd end_;
};

}  // namespace dtest::collector
