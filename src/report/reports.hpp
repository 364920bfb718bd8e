// Reports as functions of a run's record. Each returns the whole text of a file; all of it is valid UTF-8, whatever
// the tests printed. Formats are described in dtest-reports(7).
#pragma once
#include <string>

#include "report/run_record.hpp"

namespace dtest::report {

/// JUnit XML: a suite per file.
std::string junit_report(const RunRecord& run);
/// One JSON object with the field names of RSpec's own JSON, and ours.
std::string json_report(const RunRecord& run);
/// TAP version 14.
std::string tap_report(const RunRecord& run);
/// Trace events for Perfetto or chrome://tracing: a process per node, a thread per runner.
std::string trace_report(const RunRecord& run);
/// One HTML page that needs nothing else.
std::string page_report(const RunRecord& run);

}  // namespace dtest::report
