// What GitHub Actions shows of a run: annotations beside the code, and the job's summary.
#pragma once
#include <cstddef>
#include <string>

#include "report/run_record.hpp"

namespace dtest::report {

/// Workflow commands, a line each: GitHub keeps ten errors and ten warnings of a step, so that many are written, and
/// the summary has the rest. Nothing that a test prints can become a command of its own.
std::string github_annotations(const RunRecord& run);

/// Markdown, at most so many bytes (GitHub refuses a summary of more than 1 MiB).
std::string github_summary(const RunRecord& run, std::size_t most = 1000000);

}  // namespace dtest::report
