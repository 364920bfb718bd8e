// dtest report: reports of a run that is kept, or of a file of events.
#include <sys/stat.h>

#include <fmt/format.h>

#include <iostream>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/report_files.hpp"
#include "cli/stored.hpp"
#include "history/log_reader.hpp"
#include "report/recorder.hpp"

namespace dtest::cli {
namespace {

struct Source {
  std::string path;  ///< of the events
  std::string name;  ///< for people
  bool live = false;
};

void warn(const std::string& text) { std::cerr << "dtest: " << text << "\n"; }

// A path says so; a word that is no file is a run, as it is for all commands about stored runs.
bool names_file(const std::string& word) {
  struct stat info {};
  return word.find_first_of("/.") != std::string::npos || (::stat(word.c_str(), &info) == 0 && !S_ISDIR(info.st_mode));
}

Source find(const config::ReportOptions& options) {
  if (names_file(options.source)) return {options.source, options.source};
  const history::RunStore store = open_store(options.directory);
  const history::StoredRun& run = store.find(options.source);
  return {run.log(), "run " + store.brief(run.meta.run), run.live};
}

report::RunRecord read(const Source& source) {
  history::EventReader events(source.path);
  report::Recorder recorder;
  std::string run;
  std::uint64_t newest = 0;
  std::uint64_t missing = 0;
  while (auto event = events.next()) {
    const std::string& its = events.info().run;
    if (run.empty()) recorder.name(run = its);
    if (its != run)
      throw base::Error(base::ExitCode::usage, fmt::format("cannot make a report of {}: it has events of two runs, {} "
                                                           "and {}", source.name, run.substr(0, 8), its.substr(0, 8)));
    if (event->seq > newest + 1) missing += event->seq - newest - 1;
    newest = event->seq;
    recorder.on_event(*event);
  }
  if (run.empty())
    throw base::Error(base::ExitCode::usage, fmt::format("cannot make a report of {}: it has no events; 'dtest --events "
                                                         "FILE' writes such a file, 'dtest history' lists runs that "
                                                         "are kept", source.name));
  if (events.left_out() > 0)
    warn(fmt::format("{}: {} of a kind that this version does not know, left out", source.name,
                     base::plural(events.left_out(), "line")));
  if (missing > 0) warn(fmt::format("{}: {} missing in it", source.name, base::plural(missing, "event") +
                                    (missing == 1 ? " is" : " are")));
  if (events.lines().damaged()) warn(source.name + ": what follows a damaged place of the file is left out");
  return recorder.take();
}

}  // namespace

base::ExitCode report_command(const config::ReportOptions& options) {
  const Source source = find(options);
  const report::RunRecord run = read(source);
  if (!run.end && source.live) warn(source.name + " goes on: the reports have what is known of it so far");
  else if (!run.end) warn(source.name + " was cut off: its last event is missing, and the reports say so");
  for (const ReportFile& file : make_reports(options.files, run)) write_report(file);
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
