#include "cli/live_reports.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/report_files.hpp"
#include "report/github.hpp"
#include "system/fd.hpp"
#include "system/file_writer.hpp"

namespace dtest::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool wants_github(const std::string& option) {
  return option == "on" || (option == "auto" && variable("GITHUB_ACTIONS") == "true");
}

// What the background thread says.
struct Outcome {
  std::mutex mutex;
  std::vector<std::string> errors;
};

// GitHub puts together what the steps of a job append.
std::string append(const std::string& path, const std::string& text) {
  const system::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644));
  int error = fd ? system::write_all(fd.get(), text) : errno;
  return error == 0 ? "" : "cannot write the job summary " + path + ": " + std::strerror(error);
}

}  // namespace

LiveReports::LiveReports(const config::RunOptions& options, const std::string& run)
    : files_(options.reports), github_(wants_github(options.github)) {
  if (github_) summary_ = variable("GITHUB_STEP_SUMMARY");
  if (github_ || any(files_)) recorder_.emplace(run);
}

void LiveReports::on_event(const collector::Envelope& envelope) {
  if (recorder_) recorder_->on_event(envelope);
}

void LiveReports::to_github(const report::RunRecord& run, const Note& note) {
  annotations_ = report::github_annotations(run);
  if (summary_.empty()) return;
  if (std::string error = append(summary_, report::github_summary(run)); !error.empty()) note("warn", error);
}

bool LiveReports::write(const collector::RunEnd& end, system::BackgroundWriter& queue, base::Duration patience,
                        const Note& note) {
  if (!recorder_) return true;
  const report::RunRecord run = recorder_->take_with(end);
  recorder_.reset();
  if (github_) to_github(run, note);
  auto outcome = std::make_shared<Outcome>();
  for (ReportFile& file : make_reports(files_, run)) {
    queue.offer([outcome, file = std::move(file)] {
      try {
        write_report(file);
      } catch (const base::Error& problem) {
        const std::lock_guard lock(outcome->mutex);
        outcome->errors.emplace_back(problem.what());
      }
    });
  }
  const bool done = queue.flush(patience);
  const std::lock_guard lock(outcome->mutex);
  for (const std::string& error : outcome->errors) note("error", error);
  if (!done) note("error", "the reports could not be written within " + base::show_secs(base::seconds(patience)));
  return done && outcome->errors.empty();
}

}  // namespace dtest::cli
