// The account of a stored stream, made once more from nothing but its lines: every planned file has an outcome, every
// example one final verdict, and the sums are those that run.end tells (dtest-events(7)).
#pragma once
#include <cstdint>
#include <set>
#include <string>

#include "collector/stored_event.hpp"
#include "collector/try_record.hpp"

namespace dtest::collector {

/// Memory grows with the examples of the run.
class AccountCheck {
 public:
  void take(const StoredEvent& event);
  void finish(Violations& violations) const;

  [[nodiscard]] std::uint64_t files() const { return files_.size(); }
  [[nodiscard]] const Tally& told() const { return told_; }

 private:
  void plan(const StoredEvent& event);
  void start(const StoredEvent& event);
  void verdict(const StoredEvent& event);
  void retry(const StoredEvent& event);
  void outside(const StoredEvent& event);
  void load_error(const StoredEvent& event);
  void requeue(const StoredEvent& event);
  void file_end(const StoredEvent& event);
  void run_end(const StoredEvent& event);

  TryRecord* open_try(const StoredEvent& event);
  void failure(const StoredEvent& event, bool expected);
  void read_counts(const StoredEvent& event, Tally& tally) const;
  void check_verdict(const StoredEvent& event) const;

  bool planned_ = false;
  FileRecords files_;
  Tries tries_;
  std::set<std::uint64_t> failures_;
  Retries retries_;
  std::uint64_t errors_outside_ = 0;      ///< of no attempt
  std::uint64_t end_line_ = 0;            ///< of run.end; 0: none
  std::uint64_t told_files_ = 0, told_outside_ = 0;
  Tally told_;
};

}  // namespace dtest::collector
