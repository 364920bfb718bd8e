#include <fmt/format.h>

#include <iterator>

#include "base/text.hpp"
#include "report/plain_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

using collector::Status;

// A description: '#' would begin a directive.
std::string describe(std::string_view text) {
  std::string plain = plain_line(text);
  if (plain.find_first_of("#\\") == std::string::npos) return plain;
  std::string out;
  for (char c : plain) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// A value of the YAML block: JSON's strings are YAML's.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : plain_text(text)) {
    if (c == '"' || c == '\\') (out += '\\') += c;
    else if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else out += c;
  }
  return out + '"';
}

class Writer {
 public:
  explicit Writer(const RunRecord& run) : run_(run) {}

  void point(bool ok, const std::string& name, const std::string& directive = "") {
    ++number_;
    fmt::format_to(std::back_inserter(text_), "{} {} - {}{}\n", ok ? "ok" : "not ok", number_, describe(name),
                   directive);
  }

  void block(const Finding& f, Status status, const std::string& message, const collector::Exception* e,
             const collector::Place& place) {
    text_ += "  ---\n";
    text_ += "  message: " + quoted(message) + "\n";
    text_ += fmt::format("  severity: {}\n", status == Status::failed ? "fail" : "error");
    if (f.file != nullptr) {
      text_ += "  at:\n    file: " + quoted(f.file->path) + "\n";
      if (f.example != nullptr && f.example->line > 0) text_ += fmt::format("    line: {}\n", f.example->line);
    }
    if (e != nullptr && !e->backtrace.empty()) {
      text_ += "  backtrace:\n";
      for (const std::string& line : e->backtrace) text_ += "    - " + quoted(line) + "\n";
    }
    if (!place.node.empty()) text_ += "  runner: " + quoted(fmt::format("{}/{}", place.node, place.runner)) + "\n";
    if (std::string again = rerun_line(run_, f); !again.empty()) text_ += "  again: " + quoted(again) + "\n";
    if (const auto exact = exact_words(run_, f); !exact.empty())
      text_ += "  exact: " + quoted(base::shell_line(exact)) + "\n";
    text_ += "  ...\n";
  }

  void add(const FileRecord* file, const ErrorRecord& error) {
    Finding finding{file, nullptr, &error};
    point(false, (file != nullptr ? file->path + ": " : "") + title(error));
    block(finding, error.status, explanation(error), &error.exception, error.place);
  }

  void add(const FileRecord& file, const ExampleRecord& example) {
    std::string name = example.line > 0 ? fmt::format("{}:{}", file.path, example.line) : file.path;
    name += " " + title(example);
    if (!example.result) return point(true, name, " # SKIP " + describe(why_not_run(example.not_run)));
    const Try& result = *example.result;
    if (result.status == Status::pending) return point(true, name, " # SKIP " + describe(result.pending_message));
    if (result.status == Status::not_run) return point(true, name, " # SKIP " + describe(why_not_run(result.reason)));
    point(!is_bad(result.status), name);
    if (!is_bad(result.status)) return;
    block({&file, &example, nullptr}, result.status, explanation(result),
          result.exceptions.empty() ? nullptr : result.exceptions.data(), result.place);
  }

  void comment(const std::string& text) { text_ += "# " + plain_line(text) + "\n"; }
  void bail_out(const std::string& why) { text_ += "Bail out! " + plain_line(why) + "\n"; }
  [[nodiscard]] std::string finish() const { return fmt::format("TAP version 14\n1..{}\n", number_) + text_; }

 private:
  const RunRecord& run_;
  std::string text_;
  std::uint64_t number_ = 0;
};

}  // namespace

std::string tap_report(const RunRecord& run) {
  Writer tap(run);
  for (const FileRecord& file : run.files) {
    for (const ErrorRecord& error : file.errors) tap.add(&file, error);
    for (const ExampleRecord& example : file.examples) tap.add(file, example);
    if (!file.ended && file.examples.empty() && file.errors.empty())
      tap.point(true, file.path, " # SKIP " + describe(why_not_run(file.not_run)));
  }
  for (const ErrorRecord& error : run.errors) tap.add(nullptr, error);
  tap.comment(one_line(run));
  if (run.plan && run.plan->seed) tap.comment(fmt::format("seed {}", *run.plan->seed));
  if (!run.end || run.end->verdict == "cancelled" || run.end->verdict == "error")
    tap.bail_out(run.end && !run.end->reason.empty() ? run.end->reason : one_line(run));
  return tap.finish();
}

}  // namespace dtest::report
