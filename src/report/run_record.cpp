#include "report/run_record.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "collector/rerun.hpp"
#include "report/repetition.hpp"

namespace dtest::report {
namespace {

using collector::Status;

void count(Tally& sum, Status status) {
  switch (status) {
    case Status::passed: ++sum.passed; break;
    case Status::failed: ++sum.failed; break;
    case Status::pending: ++sum.pending; break;
    case Status::not_run: ++sum.not_run; break;
    default: ++sum.errors; break;
  }
}

std::uint32_t line_of(const Finding& f) { return f.example != nullptr ? f.example->line : 0; }
std::uint32_t number_of(const Finding& f) {
  if (f.error != nullptr) return f.error->failure;
  if (f.example == nullptr) return 0;
  return f.example->result ? f.example->result->failure : 0;
}

void sort_by_place(std::vector<Finding>& list) {
  std::stable_sort(list.begin(), list.end(), [](const Finding& a, const Finding& b) {
    const std::string none;
    const std::string& left = a.file != nullptr ? a.file->path : none;
    const std::string& right = b.file != nullptr ? b.file->path : none;
    return std::forward_as_tuple(left, line_of(a), number_of(a)) <
           std::forward_as_tuple(right, line_of(b), number_of(b));
  });
}

// The number of what is bad, or of the first try that was.
std::uint32_t repeatable(const ExampleRecord& example) {
  if (!example.flaky && !is_bad(example.status())) return 0;
  if (example.result && example.result->repeatable) return example.result->failure;
  for (const Try& was : example.earlier)
    if (was.repeatable) return was.failure;
  return 0;
}

// Classes that only say that an expectation was not met.
bool says_nothing(const std::string& type) {
  return type.empty() || type.ends_with("ExpectationNotMetError") || type == "Minitest::Assertion" ||
         type.ends_with("ExpectationsNotMetError") || type == "Test::Unit::AssertionFailedError";
}

std::string told(const collector::Exception& e) {
  const std::string message(base::trim(e.message));
  if (message.empty()) return e.type;
  return says_nothing(e.type) ? message : e.type + ": " + message;
}

std::string how(Status status, const std::string& reason) {
  if (status == Status::crashed) return "its runner ended" + (reason.empty() ? "" : ": " + reason);
  if (status == Status::timed_out)
    return reason.starts_with("timed out") ? reason : "no example began or ended for too long";
  return reason.empty() ? "no reason was given" : reason;
}

}  // namespace

std::size_t example_count(const RunRecord& run) {
  std::size_t count = 0;
  for (const FileRecord& file : run.files) count += file.examples.size();
  return count;
}

Tally tally(const FileRecord& file) {
  Tally sum;
  for (const ExampleRecord& example : file.examples) {
    count(sum, example.status());
    if (example.flaky) ++sum.flaky;
  }
  sum.errors += file.errors.size();
  return sum;
}

std::vector<Finding> failures(const RunRecord& run) {
  std::vector<Finding> list;
  for (const ErrorRecord& error : run.errors) list.push_back({nullptr, nullptr, &error});
  for (const FileRecord& file : run.files) {
    for (const ErrorRecord& error : file.errors) list.push_back({&file, nullptr, &error});
    for (const ExampleRecord& example : file.examples)
      if (is_bad(example.status())) list.push_back({&file, &example, nullptr});
  }
  sort_by_place(list);
  return list;
}

std::vector<Finding> flaky(const RunRecord& run) {
  std::vector<Finding> list;
  for (const FileRecord& file : run.files) {
    bool named = false;
    for (const ExampleRecord& example : file.examples) {
      if (!example.flaky) continue;
      named = true;
      list.push_back({&file, &example, nullptr});
    }
    if (file.flaky && !named) list.push_back({&file, nullptr, nullptr});
  }
  sort_by_place(list);
  return list;
}

const std::string& title(const ExampleRecord& example) {
  if (!example.full_name.empty()) return example.full_name;
  return example.name.empty() ? example.id : example.name;
}

std::string title(const Finding& finding) {
  if (finding.example != nullptr) return title(*finding.example);
  return finding.error != nullptr ? title(*finding.error) : "the file";
}

std::string why_not_run(const std::string& reason) { return reason.empty() ? "not run" : "not run: " + reason; }

std::string title(const ErrorRecord& error) {
  if (error.kind == ErrorRecord::Kind::load) return "did not load";
  if (error.kind == ErrorRecord::Kind::outside)
    return error.where.empty() ? "error outside of the examples" : "error in " + error.where;
  if (error.status == Status::timed_out) return "the file timed out";
  if (error.status == Status::crashed) return "the file crashed its runner";
  return "the file could not be run";
}

std::string explanation(const Try& result) {
  if (!result.exceptions.empty()) return told(result.exceptions.front());
  return how(result.status, result.reason);
}

std::string explanation(const ErrorRecord& error) {
  std::string text = told(error.exception);
  return text.empty() ? how(error.status, error.reason) : text;
}

std::string one_line(const RunRecord& run) {
  if (!run.end) return "the event log was cut off: its last event is missing";
  const collector::Counts& n = run.end->counts;
  std::string text = run.end->verdict;
  for (auto& [count, word] : {std::pair{n.passed, "passed"}, {n.failed, "failed"}, {n.error, "in error"},
                              {n.crashed, "crashed"}, {n.timed_out, "timed out"},
                              {run.end->errors_outside, "outside of examples"}, {n.pending, "pending"},
                              {n.not_run, "not run"}, {n.flaky, "flaky"}}) {
    if (count > 0) text += (text == run.end->verdict ? ": " : ", ") + base::show_count(count) + " " + word;
  }
  return text + " in " + base::show_secs(run.end->secs);
}

std::vector<std::string> rerun_words(const RunRecord& run, const Finding& finding) {
  std::vector<std::string> words;
  if (finding.example != nullptr) words = finding.example->rerun;
  if (words.empty() && finding.file != nullptr) words = collector::run_command(run.start.manner, {finding.file->path});
  return words;
}

std::vector<std::string> exact_words(const RunRecord& run, const Finding& finding) {
  constexpr std::size_t kShown = 8;
  if (!run.start.kept || finding.file == nullptr) return {};
  const std::uint32_t number =
      finding.error != nullptr ? (finding.error->repeatable ? finding.error->failure : 0)
      : finding.example != nullptr ? repeatable(*finding.example) : 0;
  return number == 0 ? std::vector<std::string>() : repetition_command(run.run.substr(0, kShown), number, run.start.manner);
}

std::string rerun_line(const RunRecord& run, const Finding& finding) {
  return base::valid_utf8(base::shell_line(rerun_words(run, finding)));
}

}  // namespace dtest::report
