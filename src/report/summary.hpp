// The end of a run as a text. Nothing comes after it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/failures.hpp"
#include "report/options.hpp"
#include "report/slow_list.hpp"

namespace dtest::report {

/// A file that passed after an attempt that did not.
struct FlakyFile {
  std::string path, why;
  std::uint32_t attempt = 2;  ///< the one that passed
};

struct SummaryFacts {
  const collector::RunEnd& end;
  const Failures& failures;
  const SlowList& slow_files;
  const SlowList& slow_tests;
  const std::vector<FlakyFile>& flaky;
  std::optional<std::int64_t> seed;
};

/// In this order, so that the last screenful answers the most: slow, use, flaky, failures, not run, verdict, rerun.
Lines summary(const SummaryFacts& facts, const ConsoleOptions& options, const Look& look);

Lines verdict_lines(const collector::RunEnd& end, const Failures& failures, const Look& look);
Lines efficiency_lines(const collector::RunEnd& end, const Look& look);
Lines not_run_lines(const collector::RunEnd& end, std::size_t most, const Look& look);

}  // namespace dtest::report
