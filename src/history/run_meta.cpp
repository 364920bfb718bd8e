#include "history/run_meta.hpp"

#include <concepts>
#include <nlohmann/json.hpp>

namespace dtest::history {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json counts_of(const collector::Counts& c) {
  return {{"passed", c.passed}, {"failed", c.failed}, {"pending", c.pending}, {"error", c.error},
          {"crashed", c.crashed}, {"timed_out", c.timed_out}, {"not_run", c.not_run}, {"flaky", c.flaky}};
}

Json noted(const std::vector<Noted>& list) {
  Json all = Json::array();
  for (const Noted& n : list) {
    Json entry;
    if (n.failure > 0) entry["failure"] = n.failure;
    entry["status"] = collector::name(n.status);
    entry["path"] = n.path;
    entry["line"] = n.line;
    entry["id"] = n.id;
    entry["name"] = n.name;
    entry["node"] = n.place.node;
    entry["runner"] = n.place.runner;
    all.push_back(std::move(entry));
  }
  return all;
}

// Takes what has the right type, and leaves the rest as it is: the file may be of another version, or touched.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  void operator()(const char* key, std::string& value) const {
    if (const Json* j = find(key); j != nullptr && j->is_string()) value = j->get<std::string>();
  }
  void operator()(const char* key, bool& value) const {
    if (const Json* j = find(key); j != nullptr && j->is_boolean()) value = j->get<bool>();
  }
  void operator()(const char* key, double& value) const {
    if (const Json* j = find(key); j != nullptr && j->is_number()) value = j->get<double>();
  }
  void operator()(const char* key, std::vector<std::string>& value) const {
    const Json* j = find(key);
    if (j == nullptr || !j->is_array()) return;
    for (const Json& word : *j) {
      if (word.is_string()) value.push_back(word.get<std::string>());
    }
  }
  template <std::integral T> void operator()(const char* key, T& value) const {
    if (const Json* j = find(key); j != nullptr && j->is_number_integer()) value = j->get<T>();
  }
  template <class T> void operator()(const char* key, std::optional<T>& value) const {
    if (const Json* j = find(key); j != nullptr && j->is_number()) (*this)(key, value.emplace());
  }
  void operator()(const char* key, collector::Status& value) const {
    std::string text;
    (*this)(key, text);
    value = collector::status_from(text).value_or(collector::Status::error);
  }
  [[nodiscard]] const Json* find(const char* key) const {
    auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

 private:
  const Json& json_;
};

void read(const Json* list, std::vector<Noted>& into) {
  if (list == nullptr || !list->is_array()) return;
  for (const Json& entry : *list) {
    if (!entry.is_object() || into.size() >= RunMeta::kMostNoted) continue;
    Reader get(entry);
    Noted& n = into.emplace_back();
    get("failure", n.failure), get("status", n.status), get("path", n.path), get("line", n.line);
    get("id", n.id), get("name", n.name), get("node", n.place.node), get("runner", n.place.runner);
  }
}

void read(const Json* json, collector::Counts& c) {
  if (json == nullptr || !json->is_object()) return;
  Reader get(*json);
  get("passed", c.passed), get("failed", c.failed), get("pending", c.pending), get("error", c.error);
  get("crashed", c.crashed), get("timed_out", c.timed_out), get("not_run", c.not_run), get("flaky", c.flaky);
}

void add_plan(Json& json, const RunMeta& meta) {
  if (meta.framework.empty()) return;
  json["framework"] = meta.framework;
  json["ruby"] = meta.ruby;
  if (meta.seed) json["seed"] = *meta.seed;
  json["runners"] = meta.runners;
  json["files"] = meta.files;
}

void add_end(Json& json, const RunMeta& meta) {
  if (!meta.ended()) return;
  json["ended"] = meta.ended_us;
  json["verdict"] = meta.verdict;
  json["exit_code"] = meta.exit_code;
  json["counts"] = counts_of(meta.counts);
  json["secs"] = meta.secs;
  if (meta.expect_secs) json["expect_secs"] = *meta.expect_secs;
  json["reason"] = meta.reason;
  json["not_run"] = meta.not_run;
}

}  // namespace

std::string to_json(const RunMeta& meta) {
  const collector::RunStart& s = meta.start;
  Json json{{"v", kVersion}, {"run", meta.run}, {"project", s.project}, {"dir", s.dir}, {"commit", s.commit},
            {"dirty", s.dirty}, {"host", s.host}, {"user", s.user}, {"version", s.version}, {"argv", s.argv},
            {"whole", meta.whole}, {"parts", meta.parts}, {"started", meta.started_us}};
  add_plan(json, meta);
  add_end(json, meta);
  json["bad"] = noted(meta.bad);
  json["flaky"] = noted(meta.flaky);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<RunMeta> meta_from_json(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("v", Json()) != kVersion) return std::nullopt;
  RunMeta meta;
  Reader get(json);
  collector::RunStart& s = meta.start;
  get("run", meta.run), get("project", s.project), get("dir", s.dir), get("commit", s.commit), get("dirty", s.dirty);
  get("host", s.host), get("user", s.user), get("version", s.version), get("argv", s.argv), get("whole", meta.whole);
  get("parts", meta.parts);
  get("started", meta.started_us), get("framework", meta.framework), get("ruby", meta.ruby), get("seed", meta.seed);
  get("runners", meta.runners), get("files", meta.files), get("ended", meta.ended_us), get("verdict", meta.verdict);
  get("exit_code", meta.exit_code), get("secs", meta.secs), get("expect_secs", meta.expect_secs);
  get("reason", meta.reason), get("not_run", meta.not_run);
  read(get.find("counts"), meta.counts);
  read(get.find("bad"), meta.bad);
  read(get.find("flaky"), meta.flaky);
  return meta;
}

}  // namespace dtest::history
