#include <algorithm>

#include "base/text.hpp"
#include "report/json_text.hpp"
#include "report/plain_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

using collector::Status;

void write(JsonText& json, const collector::Exception& e) {
  json.open('{').pair("class", e.type).pair("message", e.message).pair("backtrace", e.backtrace);
  if (!e.diff.empty()) json.pair("diff", e.diff);
  if (!e.location.empty()) json.pair("location", e.location);
  if (!e.causes.empty()) {
    json.key("causes").open('[');
    for (const collector::Exception& cause : e.causes) write(json, cause);
    json.close(']');
  }
  json.close('}');
}

void write(JsonText& json, const collector::Output& output) {
  json.key("output").open('{').pair("text", output.bytes).pair("total", output.total);
  json.pair("truncated", output.total > output.bytes.size()).close('}');
}

// RSpec has one exception an example; the others stand beside it.
void write(JsonText& json, const std::vector<collector::Exception>& exceptions) {
  if (exceptions.empty()) return;
  json.key("exception");
  write(json, exceptions.front());
  if (exceptions.size() == 1) return;
  json.key("more_exceptions").open('[');
  for (auto e = exceptions.begin() + 1; e != exceptions.end(); ++e) write(json, *e);
  json.close(']');
}

void write(JsonText& json, const Try& result) {
  json.pair("status", name(result.status)).pair("run_time", result.secs);
  json.pair("node", result.place.node).pair("runner", result.place.runner).pair("attempt", result.attempt);
  if (result.retry > 0) json.pair("retry", result.retry);
  if (!result.reason.empty()) json.pair("reason", result.reason);
  write(json, result.exceptions);
  if (!result.output.bytes.empty()) write(json, result.output);
}

// One to run it again, the other to have it as it was.
void write_commands(JsonText& json, const RunRecord& run, const Finding& finding) {
  if (finding.example == nullptr || !finding.example->rerun.empty())
    if (const auto words = rerun_words(run, finding); !words.empty()) json.pair("rerun", words);
  if (const auto words = exact_words(run, finding); !words.empty()) json.pair("exact", words);
}

void write(JsonText& json, const RunRecord& run, const FileRecord& file, const ExampleRecord& example) {
  json.line().open('{').pair("id", example.id).pair("description", example.name);
  json.pair("full_description", title(example)).pair("file_path", file.path).pair("line_number", example.line);
  if (example.result) write(json, *example.result);
  else json.pair("status", "not_run").pair("run_time", 0.0).pair("reason", example.not_run);
  json.key("pending_message");
  if (example.result && example.result->status == Status::pending) json.value(example.result->pending_message);
  else json.null();
  if (!example.tags.empty()) json.pair("tags", example.tags);
  if (example.flaky) json.pair("flaky", true);
  if (example.result && example.result->failure > 0) json.pair("failure", example.result->failure);
  write_commands(json, run, {&file, &example, nullptr});
  if (!example.earlier.empty()) {
    json.key("earlier").open('[');
    for (const Try& was : example.earlier) {
      json.open('{');
      write(json, was);
      json.close('}');
    }
    json.close(']');
  }
  json.close('}');
}

void write(JsonText& json, const RunRecord& run, const FileRecord* file, const ErrorRecord& error) {
  json.line().open('{').pair("file_path", file != nullptr ? file->path : "").pair("description", title(error));
  json.pair("status", name(error.status)).pair("node", error.place.node).pair("runner", error.place.runner);
  if (error.failure > 0) json.pair("failure", error.failure);
  if (!error.reason.empty()) json.pair("reason", error.reason);
  if (!error.exception.type.empty() || !error.exception.message.empty()) {
    json.key("exception");
    write(json, error.exception);
  }
  if (!error.output.bytes.empty()) write(json, error.output);
  write_commands(json, run, {file, nullptr, &error});
  json.close('}');
}

void write_run(JsonText& json, const RunRecord& run) {
  json.pair("version", run.start.version).pair("run", run.run).pair("project", run.start.project);
  json.pair("commit", run.start.commit).pair("host", run.start.host);
  json.pair("started_at", iso_time(run.began, 0) + "Z").pair("command", run.start.argv);
  if (run.plan) {
    json.pair("framework", run.plan->framework).pair("framework_version", run.plan->framework_version);
    json.pair("ruby", run.plan->ruby).pair("runners", run.plan->runners).key("seed");
    if (run.plan->seed) json.value(*run.plan->seed);
    else json.null();
  }
  json.pair("verdict", run.end ? run.end->verdict : "cut off");
  if (run.end) json.pair("exit_code", run.end->exit_code).pair("reason", run.end->reason);
}

void write_summary(JsonText& json, const RunRecord& run) {
  const collector::RunEnd end = run.end.value_or(collector::RunEnd{});
  const collector::Counts& n = end.counts;
  json.line().key("summary").open('{').pair("duration", run.end ? end.secs : run.elapsed);
  json.pair("example_count", n.total()).pair("failure_count", n.bad()).pair("pending_count", n.pending);
  json.pair("errors_outside_of_examples_count", end.errors_outside).pair("passed_count", n.passed);
  json.pair("failed_count", n.failed).pair("error_count", n.error).pair("crashed_count", n.crashed);
  json.pair("timed_out_count", n.timed_out).pair("not_run_count", n.not_run).pair("flaky_count", n.flaky);
  json.pair("file_count", run.files.size()).close('}').line().pair("summary_line", one_line(run));
}

void write_files(JsonText& json, const RunRecord& run) {
  json.line().key("files").open('[');
  for (const FileRecord& file : run.files) {
    json.line().open('{').pair("path", file.path).pair("status", name(file.ended ? file.status : Status::not_run));
    json.pair("run_time", file.secs).pair("load_time", file.load_secs).pair("node", file.place.node);
    json.pair("runner", file.place.runner).pair("example_count", file.examples.size());
    if (!file.not_run.empty()) json.pair("reason", file.not_run);
    if (!file.requeued.empty()) json.pair("requeued", file.requeued);
    if (!file.changed.empty()) json.pair("changed", file.changed);
    json.close('}');
  }
  json.line().close(']');
}

void write_efficiency(JsonText& json, const collector::Efficiency& e) {
  json.line().key("efficiency").open('{').pair("work_secs", e.work_secs).pair("runners", e.runners);
  json.pair("busy", e.busy).pair("speedup", e.speedup).pair("ideal_secs", e.ideal_secs);
  json.pair("first_test_secs", e.first_test_secs).key("idle_by_cause").open('{');
  for (const auto& [cause, share] : e.idle_by_cause) json.pair(cause, share);
  json.close('}').close('}');
}

}  // namespace

std::string json_report(const RunRecord& run) {
  constexpr std::size_t kUsual = 320;  // bytes of an example
  JsonText json;
  json.reserve(example_count(run) * kUsual).open('{');
  write_run(json, run);
  write_summary(json, run);
  json.line().key("examples").open('[');
  for (const FileRecord& file : run.files)
    for (const ExampleRecord& example : file.examples) write(json, run, file, example);
  json.line().close(']').line().key("errors").open('[');
  for (const ErrorRecord& error : run.errors) write(json, run, nullptr, error);
  for (const FileRecord& file : run.files)
    for (const ErrorRecord& error : file.errors) write(json, run, &file, error);
  json.line().close(']');
  write_files(json, run);
  if (run.end) write_efficiency(json, run.end->efficiency);
  json.line().close('}');
  return json.take() + "\n";
}

}  // namespace dtest::report
