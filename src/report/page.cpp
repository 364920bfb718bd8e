// The page's data; what draws it stands in page/.
#include <algorithm>
#include <optional>
#include <string_view>

#include "base/text.hpp"
#include "collector/rerun.hpp"
#include "page_parts.hpp"
#include "report/json_text.hpp"
#include "report/page_findings.hpp"
#include "report/page_index.hpp"
#include "report/plain_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

using collector::Status;

constexpr std::size_t kRerunColumns = 4000;

class Writer {
 public:
  explicit Writer(const RunRecord& run) : run_(run), index_(run) {}
  std::string write();

 private:
  void head();
  void efficiency();
  void nodes();
  void files();
  void example(const FileRecord& file, const ExampleRecord& e);
  void examples();
  void spans();
  [[nodiscard]] std::string rerun_all() const;
  template <class T> void optional(std::string_view name, const std::optional<T>& v) {
    json_.key(name);
    if (v) json_.value(*v);
    else json_.null();
  }

  const RunRecord& run_;
  PageIndex index_;
  JsonText json_{true};
};

int number(Status status) { return static_cast<int>(status); }

void Writer::head() {
  const bool good = run_.end && run_.end->exit_code == 0;
  json_.pair("run", run_.run).pair("project", run_.start.project).pair("commit", run_.start.commit);
  json_.pair("host", run_.start.host).pair("version", run_.start.version).pair("began", run_.began.us);
  json_.pair("framework", run_.plan ? run_.plan->framework + " " + run_.plan->framework_version : "");
  json_.pair("ruby", run_.plan ? run_.plan->ruby : "");
  optional("seed", run_.plan ? run_.plan->seed : std::nullopt);
  json_.pair("verdict", run_.end ? run_.end->verdict : "cut off").pair("ok", good).pair("line", one_line(run_));
  json_.pair("reason", run_.end ? run_.end->reason : "").pair("secs", run_.end ? run_.end->secs : run_.elapsed);
  optional("exit", run_.end ? std::optional(run_.end->exit_code) : std::nullopt);
  optional("expect", run_.end ? run_.end->expect_secs : std::nullopt);
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
  json_.line().key("nodes").open('[');
  for (const std::string& name : index_.nodes()) {
    auto is_it = [&](const NodeRecord& n) { return n.name == name; };
    auto known = std::find_if(run_.nodes.begin(), run_.nodes.end(), is_it);
    const NodeRecord record = known == run_.nodes.end() ? NodeRecord{} : *known;
    std::string ruby = record.ruby.empty() && run_.plan ? run_.plan->ruby : record.ruby;
    json_.open('{').pair("name", name).pair("ruby", ruby).pair("lost", record.lost).pair("crashes", record.crashes);
    json_.close('}');
  }
  json_.close(']').line().key("lanes").open('[');
  for (const auto& [lane, index] : index_.lanes()) json_.open('[').value(lane.first).value(lane.second).close(']');
  json_.close(']');
}

// [path, status, seconds, expected, node, runner, examples, 0, why it was not run or what changed]
void Writer::files() {
  json_.line().key("files").open('[');
  for (const FileRecord& file : run_.files) {
    json_.line().open('[').value(file.path).value(number(file.ended ? file.status : Status::not_run)).value(file.secs);
    if (file.expect_secs) json_.value(*file.expect_secs);
    else json_.null();
    json_.value(index_.node(file.place.node)).value(file.place.runner).value(file.examples.size()).value(0);
    json_.value(file.ended ? file.changed : file.not_run).close(']');
  }
  json_.line().close(']').key("quoted").open('[');
  for (const FileRecord& file : run_.files) json_.value(base::shell_quote(base::valid_utf8(file.path)));
  json_.close(']');
}

// [file, line, name, status, seconds, node, runner, flaky, remark]; trailing ones left out where they say nothing
void Writer::example(const FileRecord& file, const ExampleRecord& e) {
  Try none;
  none.status = Status::not_run;
  none.place = file.place;
  none.reason = e.not_run;
  const Try& result = e.result ? *e.result : none;
  const std::string& remark = result.status == Status::pending ? result.pending_message : result.reason;
  json_.line().open('[').value(index_.file(file)).value(e.line).value(title(e)).value(number(result.status));
  json_.value(result.secs).value(index_.node(result.place.node)).value(result.place.runner);
  if (e.flaky || !remark.empty()) json_.value(e.flaky ? 1 : 0).value(remark);
  json_.close(']');
}

void Writer::examples() {
  json_.line().key("examples").open('[');
  for (const FileRecord& file : run_.files)
    for (const ExampleRecord& e : file.examples) example(file, e);
  json_.line().close(']');
}

// [lane, kind, from, to, file, status, attempt, void, how]
void Writer::spans() {
  json_.line().key("spans").open('[');
  for (const Span& span : run_.spans) {
    json_.open('[').value(index_.lane(span.place)).value(static_cast<int>(span.kind));
    json_.value(span.from).value(span.to).value(span.file).value(number(span.status)).value(span.attempt);
    json_.value(span.is_void ? 1 : 0).value(span.text).close(']');
  }
  json_.close(']');
}

// As the screen has it: places, or only files where that is too long.
std::string Writer::rerun_all() const {
  std::vector<std::string> exact;
  std::vector<std::string> files;
  for (const Finding& f : failures(run_)) {
    if (f.file == nullptr) continue;
    const bool line = f.example != nullptr && f.example->line > 0;
    exact.push_back(line ? f.file->path + ":" + std::to_string(f.example->line) : f.file->path);
    files.push_back(f.file->path);
  }
  if (files.empty()) return "";
  for (std::vector<std::string>* words : {&exact, &files}) {
    words->erase(std::unique(words->begin(), words->end()), words->end());
    const std::string command = base::valid_utf8(base::shell_line(collector::run_command(run_.start.manner, *words)));
    if (command.size() <= kRerunColumns) return command;
  }
  return "";
}

std::string Writer::write() {
  json_.open('{');
  head();
  efficiency();
  files();
  examples();
  spans();
  PageFindings findings(run_, index_, json_);
  findings.write("failures", failures(run_));
  findings.write("flaky", flaky(run_));
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
