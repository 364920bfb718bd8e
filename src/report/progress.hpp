// How far a run is and what runs now: kept from events, for the live block and the status lines.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "collector/event.hpp"

namespace dtest::report {

/// Seconds are those of Envelope::elapsed.
class Progress {
 public:
  struct Running {
    collector::Place place;
    std::string path;
    double since = 0;
    std::optional<double> expect;
  };

  void plan(const collector::RunPlan& event);
  void start(const collector::FileStart& event, double now);
  void end(const collector::FileEnd& event);
  void requeue(const collector::FileRequeue& event);
  void lost(const std::string& node);
  /// The collector's own list of what runs replaces ours.
  void set(const collector::RunProgress& event, double now);
  void add(const collector::TestEnd& event);
  /// What it had until now does not count.
  void retry(const collector::TestRetry& event);
  void stop() { running_.clear(); }

  [[nodiscard]] const collector::Counts& counts() const { return counts_; }
  [[nodiscard]] const std::vector<Running>& running() const { return running_; }
  [[nodiscard]] std::size_t done() const { return done_.size(); }
  [[nodiscard]] std::size_t total() const { return total_; }
  [[nodiscard]] bool planned() const { return planned_; }
  /// Grows with each example and file that ends: the sign of life.
  [[nodiscard]] std::uint64_t pulse() const { return pulse_; }
  /// 0..1 by expected time; never falls between two calls.
  double fraction(double now);

 private:
  using Try = std::tuple<std::string, std::uint32_t, std::uint32_t>;  // path, item, attempt

  [[nodiscard]] double weight(const std::string& path) const;
  void drop(const std::string& path, const collector::Place& place);

  collector::Counts counts_;
  std::map<Try, collector::Counts> open_;  // counted, but void when the attempt is
  std::vector<Running> running_;
  std::unordered_map<std::string, double> weights_;
  std::set<std::string> done_;
  double weight_total_ = 0, weight_done_ = 0, weight_unknown_ = 1, best_ = 0;
  std::size_t total_ = 0;
  std::uint64_t pulse_ = 0;
  bool planned_ = false;
};

}  // namespace dtest::report
