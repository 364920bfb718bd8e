// What a node has published for a session and the master has not acknowledged yet (DESIGN.md §3.2 rule 3).
#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "broker/limits.hpp"

namespace dtest::broker {

/// Reports numbered from 1 without gaps, kept until acknowledged. Knows when to publish, never does it.
class Outbox {
 public:
  explicit Outbox(const Limits& limits) : limits_(limits), rto_(limits.rto_first) {}

  /// Adds an encoded body. An urgent one makes everything that waits due at once.
  void add(std::string body, bool urgent, base::Instant now);

  /// All reports up to and including `number` have arrived.
  void acknowledge(base::ReportNumber number, base::Instant now);

  /// The master misses what comes after `ack`: publish again, unless that was done a moment ago.
  void gap(base::Instant now);

  [[nodiscard]] base::ReportNumber newest() const { return base::ReportNumber(first_.value + bodies_.size() - 1); }
  /// The newest that was published at least once: what a header tells, as only that can be missed.
  [[nodiscard]] base::ReportNumber published() const { return base::ReportNumber(published_); }
  [[nodiscard]] bool full() const { return bodies_.size() >= limits_.outbox_reports || bytes_ >= limits_.outbox_bytes; }
  /// What can be done without is to be left out.
  [[nodiscard]] bool half_full() const {
    return bodies_.size() >= limits_.outbox_reports / 2 || bytes_ >= limits_.outbox_bytes / 2;
  }
  [[nodiscard]] bool empty() const { return bodies_.empty(); }

  /// One message's worth of reports that are due now.
  struct Batch {
    base::ReportNumber first;
    std::vector<std::string_view> bodies;  ///< valid until the outbox changes
  };
  /// The next batch to publish at `now`; empty when nothing is due. Call until it is empty.
  Batch take(base::Instant now);

  /// When take() has something to give.
  [[nodiscard]] base::Instant due() const;

 private:
  Batch probe(base::Instant now);

  const Limits& limits_;
  std::deque<std::string> bodies_;
  base::ReportNumber first_{1};          ///< number of bodies_.front()
  std::uint64_t next_{1};                ///< number of the first one that is to be published
  std::size_t bytes_ = 0;
  base::Instant due_ = base::kNever;     ///< of unpublished ones
  std::uint64_t published_ = 0;          ///< highest number that was published
  base::Instant oldest_sent_{};          ///< when bodies_.front() was published last, or became the oldest
  base::Instant answered_{};             ///< last answer to a gap
  base::Duration rto_;
};

}  // namespace dtest::broker
