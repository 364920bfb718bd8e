// The end of a run as a text. Nothing comes after it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/failures.hpp"
#include "report/options.hpp"
#include "report/node_rates.hpp"
#include "report/outgrown.hpp"
#include "report/slow_list.hpp"

namespace dtest::report {

/// A file, or an example of it, that passed after a try that did not.
struct FlakyTest {
  std::string path;
  std::uint32_t line = 0;     ///< 0: the file
  std::string good_on;        ///< "passed on attempt 2", "pending on retry 1"
  std::uint32_t item = 0, attempt = 0;
  std::string why;            ///< what it was before; may be empty
  std::string exact;          ///< command that runs the try that did not pass as it was; may be empty
};

struct SummaryFacts {
  const collector::RunEnd& end;
  const Failures& failures;
  const SlowList& slow_files;
  const SlowList& slow_tests;
  const std::vector<FlakyTest>& flaky;
  const std::vector<collector::FileChanged>& changed;
  const Outgrown& outgrown;
  const NodeRates& rates;
  std::optional<std::int64_t> seed;
  const collector::Manner& manner;
};

/// In this order, so that the last screenful answers the most: slow, use, memory, flaky, failures, not run, changed, verdict,
/// rerun.
Lines summary(const SummaryFacts& facts, const ConsoleOptions& options, const Look& look);

Lines verdict_lines(const collector::RunEnd& end, const Failures& failures, const Look& look);
Lines efficiency_lines(const collector::RunEnd& end, const Look& look);
Lines not_run_lines(const collector::RunEnd& end, std::size_t most, const Look& look);

}  // namespace dtest::report
