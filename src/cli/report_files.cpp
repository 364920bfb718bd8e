#include "cli/report_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "report/reports.hpp"
#include "system/fd.hpp"
#include "system/file_writer.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

using base::Error;
using base::ExitCode;

[[noreturn]] void cannot_write(const std::string& path, const std::string& why) {
  throw Error(ExitCode::no_report, "cannot write " + path + ": " + why);
}

// A pipe that nobody reads fails at once instead of holding up the end of the run.
void write_into(const ReportFile& file) {
  const system::UniqueFd fd(::open(file.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) cannot_write(file.path, errno == ENXIO ? "nobody reads this pipe" : std::strerror(errno));
  if (int error = system::write_all(fd.get(), file.text); error != 0) cannot_write(file.path, std::strerror(error));
}

// Where a symbolic link leads, so that the link stays one.
std::string target_of(const std::string& path) {
  std::error_code none;
  const std::filesystem::path real = std::filesystem::canonical(path, none);
  return none ? path : real.string();
}

}  // namespace

bool any(const config::ReportFiles& files) {
  return !(files.junit.empty() && files.json.empty() && files.html.empty() && files.tap.empty() && files.trace.empty());
}

std::vector<ReportFile> make_reports(const config::ReportFiles& files, const report::RunRecord& run) {
  std::vector<ReportFile> made;
  auto make = [&](const std::string& path, std::string (*report)(const report::RunRecord&)) {
    if (!path.empty()) made.push_back({path, report(run)});
  };
  make(files.junit, report::junit_report);
  make(files.json, report::json_report);
  make(files.html, report::page_report);
  make(files.tap, report::tap_report);
  make(files.trace, report::trace_report);
  return made;
}

void write_report(const ReportFile& file) {
  if (file.path == "-") return print(file.text);
  struct stat info {};
  const bool there = ::stat(file.path.c_str(), &info) == 0;
  if (there && S_ISDIR(info.st_mode)) cannot_write(file.path, "it is a directory");
  if (there && !S_ISREG(info.st_mode)) return write_into(file);
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path(file.path).parent_path(), problem);
  if (problem) cannot_write(file.path, "its directory cannot be made: " + problem.message());
  system::write_atomic(target_of(file.path), file.text);
}

}  // namespace dtest::cli
