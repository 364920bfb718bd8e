// The account of a run: the real collector::Collector, and what must hold of the events that it tells.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/collector.hpp"
#include "collector/verify.hpp"
#include "shared.hpp"

namespace dtest::simulation {

/// Hears what the master tells after the invariants did.
class Account final : public collector::EventSink {
 public:
  explicit Account(Shared& shared);

  [[nodiscard]] collector::Collector& collector() { return collector_; }
  void announce(base::Instant now);
  /// Somebody sets dtest's wall clock.
  void set_clock();
  void over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision, base::Instant now);
  /// The run is over: its audit, and its totals against those of the invariants.
  void finish(base::Instant now);

  void on_event(const collector::Envelope& envelope) override;

 private:
  void check(const collector::FileEnd& file);

  Shared& shared_;
  collector::Collector collector_;
  std::optional<collector::Verifier> verifier_;
  std::uint64_t seq_ = 0;
  bool closing_ = false;
  std::set<std::uint32_t> doubted_;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> accepting_;  ///< item and attempt
};

}  // namespace dtest::simulation
