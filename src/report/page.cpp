// The page's data; what draws it stands in page/.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "page_parts.hpp"
#include "report/json_text.hpp"
#include "report/plain_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

using collector::Status;

constexpr std::size_t kMostOutput = 64U << 10U;    // of one try
constexpr std::size_t kMostText = 16U << 20U;      // of all output: the page must open
constexpr std::size_t kRerunColumns = 4000;

// Indices of nodes and lanes in the lists that the page has of them.
class Writer {
 public:
  explicit Writer(const RunRecord& run) : run_(run), prefix_(run.start.dir + "/") {
    for (const NodeRecord& node : run.nodes) nodes_.emplace(node.name, nodes_.size());
    for (const Span& span : run.spans) lanes_.try_emplace({node(span.place.node), span.place.runner}, 0);
    std::size_t number = 0;
    for (auto& [lane, index] : lanes_) index = number++;
  }

  std::string write();

 private:
  std::size_t node(const std::string& name) { return nodes_.try_emplace(name, nodes_.size()).first->second; }
  void head();
  void efficiency();
  void nodes();
  void files();
  void examples();
  void spans();
  void findings(const char* key, const std::vector<Finding>& list);
  void finding(const Finding& f);
  void result(const Try& result);
  void exceptions(const std::vector<collector::Exception>& list);
  void exception(const collector::Exception& e);
  void output(const collector::Output& output);
  void place(const collector::Place& place) { json_.pair("o", node(place.node)).pair("u", place.runner); }
  [[nodiscard]] std::string rerun_all() const;
  [[nodiscard]] std::size_t index(const FileRecord& file) const {
    return static_cast<std::size_t>(&file - run_.files.data());
  }

  const RunRecord& run_;
  std::string prefix_;  // of paths inside the project
  JsonText json_{true};
  std::map<std::string, std::size_t> nodes_;
  std::map<std::pair<std::size_t, std::uint32_t>, std::size_t> lanes_;
  std::size_t output_ = 0;
};

int number(Status status) { return static_cast<int>(status); }

void Writer::head() {
  const bool good = run_.end && run_.end->exit_code == 0;
  json_.pair("run", run_.run).pair("project", run_.start.project).pair("commit", run_.start.commit);
  json_.pair("host", run_.start.host).pair("version", run_.start.version).pair("began", run_.began.us);
  json_.pair("framework", run_.plan ? run_.plan->framework + " " + run_.plan->framework_version : "");
  json_.pair("ruby", run_.plan ? run_.plan->ruby : "").key("seed");
  if (run_.plan && run_.plan->seed) json_.value(*run_.plan->seed);
  else json_.null();
  json_.pair("verdict", run_.end ? run_.end->verdict : "cut off").pair("ok", good).pair("line", one_line(run_));
  json_.pair("reason", run_.end ? run_.end->reason : "").pair("secs", run_.end ? run_.end->secs : run_.elapsed);
  json_.key("exit");
  if (run_.end) json_.value(run_.end->exit_code);
  else json_.null();
  json_.key("expect");
  if (run_.end && run_.end->expect_secs) json_.value(*run_.end->expect_secs);
  else json_.null();
  json_.pair("rerun", rerun_all());
}

void Writer::efficiency() {
  json_.line().key("efficiency");
  if (!run_.end) {
    json_.null();
    return;
  }
  const collector::Efficiency& e = run_.end->efficiency;
  json_.open('{').pair("work", e.work_secs).pair("runners", e.runners).pair("busy", e.busy);
  json_.pair("speedup", e.speedup).pair("ideal", e.ideal_secs).pair("first", e.first_test_secs).key("idle").open('{');
  for (const auto& [cause, share] : e.idle_by_cause) json_.pair(cause, share);
  json_.close('}').close('}');
}

void Writer::nodes() {
  std::vector<std::string> names(nodes_.size());
  for (const auto& [name, index] : nodes_) names[index] = name;
  json_.line().key("nodes").open('[');
  for (const std::string& name : names) {
    auto known = std::find_if(run_.nodes.begin(), run_.nodes.end(), [&](const NodeRecord& n) { return n.name == name; });
    const NodeRecord record = known == run_.nodes.end() ? NodeRecord{} : *known;
    std::string ruby = record.ruby.empty() && run_.plan ? run_.plan->ruby : record.ruby;
    json_.open('{').pair("name", name).pair("ruby", ruby).pair("lost", record.lost).pair("crashes", record.crashes);
    json_.close('}');
  }
  json_.close(']').line().key("lanes").open('[');
  for (const auto& [lane, index] : lanes_) json_.open('[').value(lane.first).value(lane.second).close(']');
  json_.close(']');
}

// [path, status, seconds, expected, node, runner, examples, 0, why it was not run or what changed]
void Writer::files() {
  json_.line().key("files").open('[');
  for (const FileRecord& file : run_.files) {
    json_.line().open('[').value(file.path).value(number(file.ended ? file.status : Status::not_run)).value(file.secs);
    if (file.expect_secs) json_.value(*file.expect_secs);
    else json_.null();
    json_.value(node(file.place.node)).value(file.place.runner).value(file.examples.size()).value(0);
    json_.value(file.ended ? file.changed : file.not_run).close(']');
  }
  json_.line().close(']').key("quoted").open('[');
  for (const FileRecord& file : run_.files) json_.value(base::shell_quote(base::valid_utf8(file.path)));
  json_.close(']');
}

// [file, line, name, status, seconds, node, runner, flaky, remark]; trailing ones left out where they say nothing
void Writer::examples() {
  json_.line().key("examples").open('[');
  for (const FileRecord& file : run_.files) {
    for (const ExampleRecord& example : file.examples) {
      const Try result = example.result.value_or(Try{Status::not_run, file.place, 0, 1, 0, 0, "", example.not_run, {}, {}, 0});
      const std::string& remark = result.status == Status::pending ? result.pending_message : result.reason;
      json_.line().open('[').value(index(file)).value(example.line).value(title(example)).value(number(result.status));
      json_.value(result.secs).value(node(result.place.node)).value(result.place.runner);
      if (example.flaky || !remark.empty()) json_.value(example.flaky ? 1 : 0).value(remark);
      json_.close(']');
    }
  }
  json_.line().close(']');
}

// [lane, kind, from, to, file, status, attempt, void, how]
void Writer::spans() {
  json_.line().key("spans").open('[');
  for (const Span& span : run_.spans) {
    json_.open('[').value(lanes_.at({node(span.place.node), span.place.runner})).value(static_cast<int>(span.kind));
    json_.value(span.from).value(span.to).value(span.file).value(number(span.status)).value(span.attempt);
    json_.value(span.is_void ? 1 : 0).value(span.text).close(']');
  }
  json_.close(']');
}

void Writer::exception(const collector::Exception& e) {
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

void Writer::exceptions(const std::vector<collector::Exception>& list) {
  json_.open('[');
  for (const collector::Exception& e : list) exception(e);
  json_.close(']');
}

void Writer::output(const collector::Output& output) {
  if (output.bytes.empty()) return;
  std::string_view text = output.bytes;
  const std::size_t most = output_ > kMostText ? 1024 : kMostOutput;
  if (text.size() > most) text.remove_prefix(text.size() - most);
  output_ += text.size();
  json_.key("p").open('{').pair("t", text).pair("n", output.total).pair("x", output.total > text.size()).close('}');
}

void Writer::result(const Try& result) {
  place(result.place);
  json_.pair("s", number(result.status)).pair("q", result.secs).pair("a", result.attempt).pair("r", result.retry);
  if (!result.reason.empty()) json_.pair("w", result.reason);
  if (!result.exceptions.empty()) {
    json_.key("e");
    exceptions(result.exceptions);
  }
  output(result.output);
}

std::string_view label(const Finding& f) {
  if (f.error != nullptr && f.error->kind == ErrorRecord::Kind::load) return "LOAD";
  const Status status = f.error != nullptr ? f.error->status : f.example != nullptr ? f.example->status() : Status::passed;
  if (status == Status::crashed) return "CRASH";
  if (status == Status::timed_out) return "TIMEOUT";
  return status == Status::failed ? "FAIL" : "ERROR";
}

void Writer::finding(const Finding& f) {
  json_.line().open('{').pair("l", label(f)).pair("x", title(f)).pair("g", rerun_line(f));
  json_.key("f");
  if (f.file != nullptr) json_.value(index(*f.file));
  else json_.value(-1);
  if (f.error != nullptr) {
    json_.pair("n", f.error->failure).pair("m", explanation(*f.error));
    place(f.error->place);
    if (!f.error->exception.type.empty() || !f.error->exception.message.empty()) {
      json_.key("e");
      exceptions({f.error->exception});
    }
    output(f.error->output);
  } else if (f.example != nullptr && f.example->result) {
    json_.pair("i", f.example->line).pair("n", f.example->result->failure);
    const bool is_flaky = !is_bad(f.example->status());
    json_.pair("m", is_flaky && !f.example->earlier.empty() ? explanation(f.example->earlier.front())
                                                            : explanation(*f.example->result));
    result(*f.example->result);
  } else if (f.file != nullptr) {
    json_.pair("m", f.file->requeued.empty() ? "" : f.file->requeued.front());
    place(f.file->place);
  }
  if (f.error == nullptr && (f.example == nullptr || f.example->flaky)) json_.pair("y", 1);
  if (f.example != nullptr && !f.example->earlier.empty()) {
    json_.key("t").open('[');
    for (const Try& was : f.example->earlier) {
      json_.open('{');
      result(was);
      json_.close('}');
    }
    json_.close(']');
  }
  json_.close('}');
}

void Writer::findings(const char* key, const std::vector<Finding>& list) {
  json_.line().key(key).open('[');
  for (const Finding& f : list) finding(f);
  json_.line().close(']');
}

// As the screen has it: places, or only files where that is too long.
std::string Writer::rerun_all() const {
  std::string exact = "dtest run";
  std::string files = exact;
  std::string last;
  std::string last_word;
  for (const Finding& f : failures(run_)) {
    if (f.file == nullptr) continue;
    std::string path = base::valid_utf8(f.file->path);
    if (path != last) files += " " + base::shell_quote(path);
    last = path;
    const bool line = f.example != nullptr && f.example->line > 0;
    std::string word = " " + base::shell_quote(line ? path + ":" + std::to_string(f.example->line) : path);
    if (word != last_word) exact += word;
    last_word = std::move(word);
  }
  if (last.empty()) return "";
  return exact.size() <= kRerunColumns ? exact : files.size() <= kRerunColumns ? files : "";
}

std::string Writer::write() {
  json_.open('{');
  head();
  efficiency();
  files();
  examples();
  spans();
  findings("failures", failures(run_));
  findings("flaky", flaky(run_));
  json_.line().key("remarks").open('[');
  for (const Remark& remark : run_.remarks)
    json_.open('[').value(remark.elapsed).value(remark.level).value(remark.text).close(']');
  json_.close(']');
  nodes();
  json_.line().close('}');
  return json_.take();
}

}  // namespace

std::string page_report(const RunRecord& run) {
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\">\n"
                     "<link rel=\"icon\" href=\"data:,\">\n<title>dtest report</title>\n<style>\n";
  page.append(kPageStyle).append("</style>\n</head>\n").append(kPageBody);
  page += "<script type=\"application/json\" id=\"data\">\n" + Writer(run).write() + "\n</script>\n<script>\n";
  page.append(kPageScript).append("</script>\n</body>\n</html>\n");
  return page;
}

}  // namespace dtest::report
