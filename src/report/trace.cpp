#include <map>
#include <string_view>

#include "base/text.hpp"
#include "report/json_text.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

std::string_view category(Span::Kind kind) {
  switch (kind) {
    case Span::Kind::setup: return "setup";
    case Span::Kind::boot: return "boot";
    case Span::Kind::lost: return "lost";
    case Span::Kind::sync: return "sync";
    case Span::Kind::file: break;
  }
  return "file";
}

std::int64_t micros(double secs) { return base::from_seconds(secs < 0 ? 0 : secs).count(); }

void meta(JsonText& json, const char* what, std::size_t process, std::uint32_t thread, const std::string& name) {
  json.line().open('{').pair("ph", "M").pair("name", what).pair("pid", process).pair("tid", thread);
  json.key("args").open('{').pair("name", name).close('}').close('}');
}

// Processes are numbered in the order in which nodes appear.
class Processes {
 public:
  explicit Processes(JsonText& json) : json_(json) {}
  std::size_t number(const collector::Place& place) {
    auto [node, fresh] = nodes_.try_emplace(place.node, nodes_.size() + 1);
    if (fresh) meta(json_, "process_name", node->second, 0, place.node);
    if (lanes_.try_emplace({place.node, place.runner}, true).second) {
      std::string name = place.runner == 0 ? "node" : base::runner_name(base::Slot(place.runner));
      meta(json_, "thread_name", node->second, place.runner, name);
    }
    return node->second;
  }

 private:
  JsonText& json_;
  std::map<std::string, std::size_t> nodes_;
  std::map<std::pair<std::string, std::uint32_t>, bool> lanes_;
};

std::string name_of(const RunRecord& run, const Span& span) {
  if (span.kind == Span::Kind::file) return run.files[span.file].path;
  return span.text.empty() ? std::string(category(span.kind)) : span.text;
}

}  // namespace

std::string trace_report(const RunRecord& run) {
  JsonText json;
  json.open('{').pair("displayTimeUnit", "ms").key("otherData").open('{').pair("run", run.run);
  json.pair("project", run.start.project).pair("verdict", one_line(run)).close('}');
  json.line().key("traceEvents").open('[');
  Processes processes(json);
  for (const Span& span : run.spans) {
    const std::size_t process = processes.number(span.place);
    json.line().open('{').pair("ph", "X").pair("name", name_of(run, span)).pair("cat", category(span.kind));
    json.pair("pid", process).pair("tid", span.place.runner).pair("ts", micros(span.from));
    json.pair("dur", micros(span.to - span.from)).key("args").open('{');
    json.pair("status", span.is_void ? "void" : name(span.status)).pair("attempt", span.attempt);
    if (!span.text.empty()) json.pair("how", span.text);
    json.close('}').close('}');
  }
  json.line().close(']').line().close('}');
  return json.take() + "\n";
}

}  // namespace dtest::report
