// The failures of a run that count: numbered, voidable with their attempt, listed by place at the end.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "report/failure.hpp"

namespace dtest::report {

/// What is kept of a failure once it was shown.
struct FailureNote {
  std::uint32_t number = 0;
  std::string label, path, id, name, headline, node;
  std::uint32_t line = 0, item = 0, attempt = 0;
  std::vector<std::string> rerun;
};

class Failures {
 public:
  /// Gives the failure its number (its own, or the next free one) and keeps a note of it.
  void add(Failure& failure);
  /// The attempt counts for nothing. Returns the numbers of its failures.
  std::vector<std::uint32_t> remove(const collector::FileRequeue& event);
  /// The example gets another chance. Returns the number of its failure, 0 where it had none.
  std::uint32_t remove(const collector::TestRetry& event);
  /// Whether something of the file has failed.
  [[nodiscard]] bool has(const std::string& path) const;
  /// It has not become void.
  [[nodiscard]] bool counts(std::uint32_t number) const;
  [[nodiscard]] bool empty() const { return notes_.empty(); }
  [[nodiscard]] std::size_t size() const { return notes_.size(); }
  [[nodiscard]] std::size_t count(const std::string& label) const;
  /// The first that still counts; must not be empty.
  [[nodiscard]] const FailureNote& first() const { return notes_.front(); }
  /// By path and line, then number.
  [[nodiscard]] std::vector<FailureNote> sorted() const;

 private:
  std::vector<FailureNote> notes_;      // in order of events
  std::set<std::uint32_t> used_;        // numbers, void ones too
};

/// The final list: groups of at least five with the same headline first, then the rest; `most` lines of failures.
Lines failure_list(const Failures& failures, std::size_t most, const Look& look);

/// "dtest run a_spec.rb:4 b_spec.rb:7" in at most `columns`: without lines when too long, then only the first files.
std::string rerun_command(const Failures& failures, const collector::Manner& manner, std::size_t columns);

}  // namespace dtest::report
