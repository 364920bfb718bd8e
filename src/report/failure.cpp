#include "report/failure.hpp"

#include <fmt/format.h>

#include "collector/rerun.hpp"

namespace dtest::report {
namespace {

using collector::Status;

std::vector<std::string> run_again(const collector::Manner& manner, const std::string& path) {
  return path.empty() ? std::vector<std::string>() : collector::run_command(manner, {path});
}

std::string label_of(Status status) {
  if (status == Status::crashed) return "CRASH";
  if (status == Status::timed_out) return "TIMEOUT";
  return status == Status::error ? "ERROR" : "FAIL";
}

// Only a failure of the process is explained by how the process ended. `reason`: how, by the verdict's own event. What
// is known of a process may be of an earlier attempt, or come later.
void explain(Failure& f, Status status, const collector::RunnerCrash* crash, const std::string& reason, bool has_test,
             const Look& look) {
  if (status != Status::crashed && status != Status::timed_out) return;
  if (f.secs == 0.0) f.secs.reset();  // nobody was left to say how long it took
  if (crash != nullptr && (crash->place.node != f.place.node || crash->place.runner != f.place.runner)) crash = nullptr;
  collector::RunnerCrash known = crash != nullptr ? *crash : collector::RunnerCrash{};
  known.place = f.place;
  if (!reason.empty()) known.how = reason;
  std::string what = has_test ? "while running it" : "outside of its examples";
  if (status == Status::timed_out) {
    const bool told = reason.starts_with("timed out");
    f.remark = (told ? look.clean(reason) : "no example began or ended for too long") + ": " + look.place(f.place) +
               " was killed";
  } else {
    f.remark = (known.how.empty() ? "its runner ended" : how_it_ended(known, look)) + " " + what;
  }
  if (!has_test && !known.last_test.empty()) f.remark += "; last was " + look.clean(known.last_test);
  if (f.output.bytes.empty()) f.output = known.output;
}

}  // namespace

std::string how_it_ended(const collector::RunnerCrash& crash, const Look& look) {
  std::string place = look.place(crash.place);
  std::string who = place.starts_with("runner") ? place : "runner " + place;
  if (crash.how == "timed out") return who + " was killed at the time limit";
  return fmt::format("{} ended {} {}", who, crash.how.starts_with("exit") ? "with" : "on", look.clean(crash.how));
}

Failure failure_of(const collector::TestEnd& e, const collector::RunnerCrash* crash, const collector::Manner& manner,
                   const Look& look) {
  Failure f{e.failure, label_of(e.status), e.path, e.line, e.id, e.full_name.empty() ? e.name : e.full_name, e.place,
            e.item,    e.attempt,          e.secs};
  f.exceptions = e.exceptions;
  f.output = e.output;
  f.rerun = e.rerun.empty() ? run_again(manner, e.line > 0 ? fmt::format("{}:{}", e.path, e.line) : e.path) : e.rerun;
  explain(f, e.status, crash, e.reason, true, look);
  return f;
}

Failure failure_of(const collector::FileEnd& e, const collector::RunnerCrash* crash, const collector::Manner& manner,
                   const Look& look) {
  Failure f{e.failure, label_of(e.status), e.path, 0, "", "", e.place, e.item, e.attempt, e.secs};
  f.rerun = run_again(manner, e.path);
  f.output = e.output;
  if (e.status == Status::error) f.remark = "the file could not be run";
  explain(f, e.status, crash, e.reason, false, look);
  return f;
}

Failure failure_of(const collector::FileLoadError& e, const collector::Manner& manner) {
  Failure f{e.failure, "LOAD", e.path, 0, "", "", e.place, e.item, e.attempt};
  f.remark = "did not load: none of its examples ran";
  f.exceptions = {e.exception};
  f.rerun = run_again(manner, e.path);
  return f;
}

Failure failure_of(const collector::TestError& e, const collector::Manner& manner) {
  Failure f{e.failure, "ERROR", e.path, 0, "", "", e.place, e.item, e.attempt};
  f.remark = e.where.empty() ? "outside of the examples" : "in " + e.where + ", outside of the examples";
  f.exceptions = {e.exception};
  f.output = e.output;
  f.rerun = run_again(manner, e.path);
  return f;
}

}  // namespace dtest::report
