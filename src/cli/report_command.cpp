// dtest report EVENTS: reports of a stored run.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/report_files.hpp"
#include "collector/event_json.hpp"
#include "report/recorder.hpp"

namespace dtest::cli {
namespace {

[[noreturn]] void cannot_read(const std::string& path, const std::string& why) {
  throw base::Error(base::ExitCode::usage, "cannot read the event file " + path + ": " + why);
}

std::ifstream open(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) cannot_read(path, std::strerror(errno));
  if (S_ISDIR(info.st_mode)) cannot_read(path, "it is a directory");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) cannot_read(path, std::strerror(errno));
  return file;
}

report::RunRecord read(const std::string& path) {
  std::ifstream file = open(path);
  report::Recorder recorder;
  std::uint64_t events = 0;
  std::uint64_t others = 0;
  std::string first;
  for (std::string line; std::getline(file, line);) {
    collector::StreamInfo info;
    auto event = collector::from_json_line(line, &info);
    if (!event) {
      ++others;
      continue;
    }
    if (++events == 1) recorder.name(first = info.run);
    if (info.run != first)
      cannot_read(path, "it has events of two runs, " + first.substr(0, 8) + " and " + info.run.substr(0, 8));
    recorder.on_event(*event);
  }
  if (file.bad()) cannot_read(path, "reading failed");
  if (events == 0) cannot_read(path, "it has no events; 'dtest --events FILE' writes such a file");
  if (others > 0)
    std::cerr << "dtest: " << path << ": " << base::plural(others, "line") << " of a kind that this version does not "
              << "know, left out\n";
  return recorder.record();
}

}  // namespace

base::ExitCode report_command(const config::ReportOptions& options) {
  const report::RunRecord run = read(options.source);
  if (!run.end)
    std::cerr << "dtest: " << options.source << ": the run was cut off: its last event is missing, and the reports "
              << "say so\n";
  for (const ReportFile& file : make_reports(options.files, run)) write_report(file);
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
