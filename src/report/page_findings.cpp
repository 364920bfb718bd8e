#include "report/page_findings.hpp"

#include <string_view>

#include "base/text.hpp"
#include "report/plain_text.hpp"

namespace dtest::report {
namespace {

using collector::Status;

constexpr std::size_t kMostOutput = 64U << 10U;  // of one try
constexpr std::size_t kMostText = 16U << 20U;    // of all output: the page must open

Status status_of(const Finding& f) {
  if (f.error != nullptr) return f.error->status;
  return f.example != nullptr ? f.example->status() : Status::passed;
}

std::string_view label(const Finding& f) {
  if (f.error != nullptr && f.error->kind == ErrorRecord::Kind::load) return "LOAD";
  const Status status = status_of(f);
  if (status == Status::crashed) return "CRASH";
  if (status == Status::timed_out) return "TIMEOUT";
  return status == Status::failed ? "FAIL" : "ERROR";
}

}  // namespace

PageFindings::PageFindings(const RunRecord& run, PageIndex& index, JsonText& json)
    : run_(run), index_(index), json_(json), prefix_(run.start.dir + "/") {}

void PageFindings::exception(const collector::Exception& e) {
  json_.open('{').pair("c", e.type).pair("m", e.message);
  if (!e.diff.empty()) json_.pair("d", e.diff);
  json_.key("b").open('[');
  for (std::string_view line : e.backtrace) {
    if (prefix_.size() > 1 && line.starts_with(prefix_)) line.remove_prefix(prefix_.size());
    if (line.starts_with("./")) line.remove_prefix(2);
    json_.value(line);
  }
  json_.close(']');
  if (!e.causes.empty()) {
    json_.key("k");
    exceptions(e.causes);
  }
  json_.close('}');
}

void PageFindings::exceptions(const std::vector<collector::Exception>& list) {
  json_.open('[');
  for (const collector::Exception& e : list) exception(e);
  json_.close(']');
}

void PageFindings::output(const collector::Output& output) {
  if (output.bytes.empty()) return;
  std::string_view text = output.bytes;
  const std::size_t most = output_ > kMostText ? 1024 : kMostOutput;
  if (text.size() > most) text.remove_prefix(text.size() - most);
  output_ += text.size();
  json_.key("p").open('{').pair("t", text).pair("n", output.total).pair("x", output.total > text.size()).close('}');
}

void PageFindings::result(const Try& result) {
  place(result.place);
  json_.pair("s", static_cast<int>(result.status)).pair("q", result.secs).pair("a", result.attempt).pair("r", result.retry);
  if (!result.reason.empty()) json_.pair("w", result.reason);
  if (!result.exceptions.empty()) {
    json_.key("e");
    exceptions(result.exceptions);
  }
  output(result.output);
}

void PageFindings::error(const ErrorRecord& e) {
  json_.pair("n", e.failure).pair("m", explanation(e));
  place(e.place);
  if (!e.exception.type.empty() || !e.exception.message.empty()) {
    json_.key("e");
    exceptions({e.exception});
  }
  output(e.output);
}

void PageFindings::example(const ExampleRecord& e) {
  const bool was_bad = !is_bad(e.status()) && !e.earlier.empty();
  json_.pair("i", e.line).pair("n", e.result->failure);
  json_.pair("m", explanation(was_bad ? e.earlier.front() : *e.result));
  result(*e.result);
}

void PageFindings::earlier(const ExampleRecord& e) {
  json_.key("t").open('[');
  for (const Try& was : e.earlier) {
    json_.open('{');
    result(was);
    json_.close('}');
  }
  json_.close(']');
}

void PageFindings::exact(const Finding& f) {
  if (const auto words = exact_words(run_, f); !words.empty()) json_.pair("h", base::shell_line(words));
}

void PageFindings::finding(const Finding& f) {
  json_.line().open('{').pair("l", label(f)).pair("x", title(f)).pair("g", rerun_line(run_, f));
  exact(f);
  json_.key("f");
  if (f.file != nullptr) json_.value(index_.file(*f.file));
  else json_.value(-1);
  if (f.error != nullptr) {
    error(*f.error);
  } else if (f.example != nullptr && f.example->result) {
    example(*f.example);
  } else if (f.file != nullptr) {
    json_.pair("m", f.file->requeued.empty() ? "" : f.file->requeued.front());
    place(f.file->place);
  }
  if (f.error == nullptr && (f.example == nullptr || f.example->flaky)) json_.pair("y", 1);
  if (f.example != nullptr && !f.example->earlier.empty()) earlier(*f.example);
  json_.close('}');
}

void PageFindings::write(const char* key, const std::vector<Finding>& list) {
  json_.line().key(key).open('[');
  for (const Finding& f : list) finding(f);
  json_.line().close(']');
}

}  // namespace dtest::report
