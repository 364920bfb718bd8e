#include <fmt/format.h>

#include <pugixml.hpp>
#include <tuple>
#include <unordered_set>

#include "base/text.hpp"
#include "report/plain_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

using collector::Status;

constexpr std::size_t kMostOutput = 64U << 10U;  // of one example; GitLab reads at most 30 MB a file

// Jenkins' schema takes three digits of a suite's time, and any of a test's.
std::string time_of(double secs, int digits = 3) { return fmt::format("{:.{}f}", secs < 0 ? 0 : secs, digits); }

std::string text_of(const collector::Exception& e, bool cause = false) {
  std::string text = cause ? "caused by " : "";
  text += e.type.empty() ? e.message : e.type + ": " + e.message;
  if (!e.diff.empty()) text += "\n" + e.diff;
  if (!text.ends_with('\n')) text += '\n';
  for (const std::string& line : e.backtrace) text += line + "\n";
  if (e.backtrace.empty() && !e.location.empty()) text += e.location + "\n";
  for (const collector::Exception& inner : e.causes) text += text_of(inner, true);
  return text;
}

std::string text_of(const std::vector<collector::Exception>& exceptions) {
  std::string text;
  for (const collector::Exception& e : exceptions) text += (text.empty() ? "" : "\n") + text_of(e);
  return text;
}

std::string type_of(const std::vector<collector::Exception>& exceptions, Status status) {
  if (!exceptions.empty() && !exceptions.front().type.empty()) return exceptions.front().type;
  return std::string(name(status));
}

// Of a value that is plain already.
void set_plain(pugi::xml_node node, const char* attribute, const std::string& value) {
  node.append_attribute(attribute).set_value(value.c_str());
}

void set(pugi::xml_node node, const char* attribute, std::string_view value) {
  set_plain(node, attribute, plain_line(value));
}

void say(pugi::xml_node parent, const char* element, std::string_view text) {
  parent.append_child(element).text().set(std::string(text).c_str());
}

// failure, error, flakyFailure, ...: with what was raised.
pugi::xml_node bad(pugi::xml_node parent, const std::string& element, const std::string& message,
                   const std::string& type) {
  pugi::xml_node node = parent.append_child(element.c_str());
  std::string_view first = base::trim(message);
  std::vector<std::string> words = base::split(plain_line(first.substr(0, first.find("\n\n"))), ' ');
  std::erase(words, "");
  set(node, "message", base::join(words, " "));
  set(node, "type", type);
  return node;
}

// One suite, and the sums of its attributes.
class Suite {
 public:
  /// `file`: of its tests; may be empty.
  Suite(pugi::xml_node parent, const std::string& name, const std::string& classname, const std::string& file)
      : node_(parent.append_child("testsuite")), classname_(plain_line(classname)), file_(plain_line(file)) {
    set(node_, "name", name);
  }

  pugi::xml_node add(const std::string& name, double secs, std::uint32_t line) {
    pugi::xml_node test = node_.append_child("testcase");
    set_plain(test, "classname", classname_);
    set_plain(test, "name", unique(plain_line(name), line));
    set_plain(test, "time", time_of(secs, 6));
    if (!file_.empty()) set_plain(test, "file", file_);
    if (line > 0) set_plain(test, "line", std::to_string(line));
    ++tests;
    return test;
  }

  void close(double secs, const std::string& timestamp, const std::string& host) {
    set(node_, "tests", std::to_string(tests));
    set(node_, "failures", std::to_string(failures));
    set(node_, "errors", std::to_string(errors));
    set(node_, "skipped", std::to_string(skipped));
    set(node_, "time", time_of(secs));
    set(node_, "timestamp", timestamp);
    set(node_, "hostname", host);
  }

  std::uint64_t tests = 0, failures = 0, errors = 0, skipped = 0;

 private:
  // GitLab keeps only the first of equal names.
  const std::string& unique(std::string name, std::uint32_t line) {
    auto [place, added] = names_.insert(std::move(name));
    if (added) return *place;
    const std::string by_line = line > 0 ? fmt::format("{} (line {})", *place, line) : *place;
    std::tie(place, added) = names_.insert(by_line);
    for (int n = 2; !added; ++n) std::tie(place, added) = names_.insert(fmt::format("{} ({})", by_line, n));
    return *place;
  }

  pugi::xml_node node_;
  std::string classname_, file_;
  std::unordered_set<std::string> names_;
};

void add_earlier(pugi::xml_node test, const ExampleRecord& example) {
  for (const Try& was : example.earlier) {
    if (!is_bad(was.status)) continue;
    const bool good = example.status() == Status::passed || example.status() == Status::pending;
    std::string element = good ? "flaky" : "rerun";
    element += was.status == Status::failed ? "Failure" : "Error";
    pugi::xml_node node = bad(test, element, explanation(was), type_of(was.exceptions, was.status));
    say(node, "stackTrace", plain_text(was.exceptions.empty() ? explanation(was) : text_of(was.exceptions)));
    if (!was.output.bytes.empty()) say(node, "system-out", last_of(was.output.bytes, kMostOutput, was.output.total));
  }
}

void add_result(Suite& suite, pugi::xml_node test, const ExampleRecord& example) {
  if (!example.result) {
    ++suite.skipped;
    set(test.append_child("skipped"), "message", why_not_run(example.not_run));
    return;
  }
  const Try& result = *example.result;
  if (result.status == Status::pending || result.status == Status::not_run) {
    ++suite.skipped;
    std::string why = result.status == Status::pending ? result.pending_message : why_not_run(result.reason);
    pugi::xml_node node = test.append_child("skipped");
    if (!why.empty()) set(node, "message", why);
  } else if (is_bad(result.status)) {
    bool failed = result.status == Status::failed;
    ++(failed ? suite.failures : suite.errors);
    pugi::xml_node node = bad(test, failed ? "failure" : "error", explanation(result),
                              type_of(result.exceptions, result.status));
    node.text().set(plain_text(result.exceptions.empty() ? explanation(result) : text_of(result.exceptions)).c_str());
  }
}

void add_example(Suite& suite, const ExampleRecord& example) {
  pugi::xml_node test = suite.add(title(example), example.result ? example.result->secs : 0, example.line);
  add_result(suite, test, example);
  add_earlier(test, example);
  if (example.result && !example.result->output.bytes.empty())
    say(test, "system-out", last_of(example.result->output.bytes, kMostOutput, example.result->output.total));
}

void add_error(Suite& suite, const ErrorRecord& error) {
  pugi::xml_node test = suite.add(title(error), 0, 0);
  ++suite.errors;
  std::vector<collector::Exception> raised;
  if (!error.exception.type.empty() || !error.exception.message.empty()) raised.push_back(error.exception);
  pugi::xml_node node = bad(test, "error", explanation(error), type_of(raised, error.status));
  node.text().set(plain_text(raised.empty() ? explanation(error) : text_of(raised)).c_str());
  if (!error.output.bytes.empty())
    say(test, "system-out", last_of(error.output.bytes, kMostOutput, error.output.total));
}

// As rspec_junit_formatter has it: "spec.models.order_spec".
std::string classname_of(std::string path) {
  if (std::size_t dot = path.rfind('.'); dot != std::string::npos && path.find('/', dot) == std::string::npos)
    path.resize(dot);
  for (char& c : path) c = c == '/' ? '.' : c;
  return path;
}

struct Sums {
  std::uint64_t tests = 0, failures = 0, errors = 0;
  void add(const Suite& suite) {
    tests += suite.tests;
    failures += suite.failures;
    errors += suite.errors;
  }
};

void add_file(pugi::xml_node root, const RunRecord& run, const FileRecord& file, Sums& sums) {
  Suite suite(root, file.path, classname_of(file.path), file.path);
  for (const ErrorRecord& error : file.errors) add_error(suite, error);
  for (const ExampleRecord& example : file.examples) add_example(suite, example);
  if (!file.ended && file.examples.empty() && file.errors.empty()) {
    pugi::xml_node test = suite.add("the file", 0, 0);
    ++suite.skipped;
    set(test.append_child("skipped"), "message", why_not_run(file.not_run));
  }
  std::string node = file.place.node.empty() || file.place.node == "local" ? run.start.host : file.place.node;
  suite.close(file.secs, iso_time(run.began, file.began), node);
  sums.add(suite);
}

// Errors of no file, and a run that did not come to its end: it must not look like a good one.
void add_run(pugi::xml_node root, const RunRecord& run, Sums& sums) {
  const bool whole = run.end && (run.end->verdict == "passed" || run.end->verdict == "nothing");
  const bool told = run.end && run.end->verdict == "failed" && sums.failures + sums.errors + run.errors.size() > 0;
  if ((whole || told) && run.errors.empty()) return;
  Suite suite(root, "dtest", "dtest", "");
  for (const ErrorRecord& error : run.errors) add_error(suite, error);
  if (!whole && !told) {
    pugi::xml_node test = suite.add("the run", run.elapsed, 0);
    ++suite.errors;
    std::string why = run.end && !run.end->reason.empty() ? run.end->reason : one_line(run);
    bad(test, "error", why, run.end ? run.end->verdict : "cut off").text().set(plain_text(one_line(run)).c_str());
  }
  suite.close(run.elapsed, iso_time(run.began, 0), run.start.host);
  sums.add(suite);
}

class StringWriter final : public pugi::xml_writer {
 public:
  void write(const void* data, std::size_t size) override { text.append(static_cast<const char*>(data), size); }
  std::string text;
};

}  // namespace

std::string junit_report(const RunRecord& run) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  pugi::xml_node root = document.append_child("testsuites");
  set(root, "name", run.start.project.empty() ? "dtest" : run.start.project);
  Sums sums;
  for (const FileRecord& file : run.files) add_file(root, run, file, sums);
  add_run(root, run, sums);
  set(root, "tests", std::to_string(sums.tests));
  set(root, "failures", std::to_string(sums.failures));
  set(root, "errors", std::to_string(sums.errors));
  set(root, "time", time_of(run.end ? run.end->secs : run.elapsed));
  constexpr std::size_t kUsual = 200;  // bytes of a test
  StringWriter writer;
  writer.text.reserve(sums.tests * kUsual);
  document.save(writer, " ", pugi::format_indent, pugi::encoding_utf8);
  return writer.text;
}

}  // namespace dtest::report
