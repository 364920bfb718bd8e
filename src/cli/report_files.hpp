// The reports that were asked for, as files.
#pragma once
#include <string>
#include <vector>

#include "config/options.hpp"
#include "report/run_record.hpp"

namespace dtest::cli {

/// Something is asked for.
bool any(const config::ReportFiles& files);

/// A file and all of its text.
struct ReportFile {
  std::string path;
  std::string text;
};

/// Made, not yet written.
std::vector<ReportFile> make_reports(const config::ReportFiles& files, const report::RunRecord& run);

/// A regular file is replaced whole or not at all, its directory made; "-" is standard output; what is no regular file
/// (a pipe, a device) is written to. Throws base::Error (73) with path and reason.
void write_report(const ReportFile& file);

}  // namespace dtest::cli
