#include "cli/live_runs.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "system/files.hpp"
#include "system/private_dir.hpp"
#include "system/remove_tree.hpp"

namespace dtest::cli {
namespace {

constexpr const char* kName = "run";
constexpr std::size_t kMostBytes = 64 * 1024;
constexpr long kLeftAlone = 60;  // s: until then the guardian of a node of its own may be at it

std::vector<std::string> runtime_bases() {
  std::vector<std::string> bases;
  for (const char* name : {"XDG_RUNTIME_DIR", "TMPDIR"})
    if (const char* value = std::getenv(name); value != nullptr && value[0] == '/') bases.emplace_back(value);
  bases.emplace_back("/tmp");
  std::vector<std::string> unique;
  for (std::string& base : bases)
    if (std::find(unique.begin(), unique.end(), base) == unique.end()) unique.push_back(std::move(base));
  return unique;
}

// What a directory says of its run, and since when.
std::optional<std::pair<long, LiveRun>> read_run(const std::string& dir) {
  // Only what nobody else can have written.
  if (!system::private_dir_fault(dir).empty()) return std::nullopt;
  std::string path = dir + "/" + kName;
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  std::optional<std::string> text = system::read_file(path, kMostBytes);
  if (!text) return std::nullopt;
  nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  LiveRun run{json.value("run", ""), json.value("project", ""), json.value("endpoint", ""), json.value("pid", 0LL)};
  return std::pair(static_cast<long>(info.st_mtime), std::move(run));
}

bool is_alive(const LiveRun& run) { return run.pid > 1 && ::kill(static_cast<pid_t>(run.pid), 0) == 0; }

template <class Take>
void each_run_dir(const Take& take) {
  for (const std::string& base : runtime_bases()) {
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(base.c_str()), ::closedir);
    if (!dir) continue;
    while (const dirent* entry = ::readdir(dir.get()))
      if (std::string name = entry->d_name; name.starts_with("dt-")) take(base + "/" + name);
  }
}

}  // namespace

system::UniqueFd announce_run(const std::string& dir, const LiveRun& run) {
  system::UniqueFd held = system::hold_directory(dir);
  nlohmann::json json{{"run", run.run}, {"project", run.project}, {"endpoint", run.endpoint}, {"pid", run.pid}};
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  // The first thing that is written there: without room for it nothing could be started.
  try {
    system::write_atomic(dir + "/" + kName, text + "\n", 0600);
  } catch (const base::Error& e) {
    throw base::Error(base::ExitCode::no_node,
                      std::string(e.what()) + "; a run keeps its sockets and what its tests print there: make room, or "
                                              "name another directory in XDG_RUNTIME_DIR or TMPDIR");
  }
  return held;
}

// A dtest of another container that shares the directory has a process id that means nothing here: its lock does.
void sweep_dead_runs() {
  const long now = static_cast<long>(std::time(nullptr));
  each_run_dir([&](const std::string& dir) {
    const auto run = read_run(dir);
    if (run && run->first + kLeftAlone < now && !is_alive(run->second) && system::hold_directory(dir)) system::remove_tree(dir);
  });
}

std::vector<LiveRun> live_runs() {
  std::vector<std::pair<long, LiveRun>> found;
  each_run_dir([&](const std::string& dir) {
    if (auto run = read_run(dir); run && is_alive(run->second)) found.push_back(std::move(*run));
  });
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<LiveRun> runs;
  for (auto& [time, run] : found) runs.push_back(std::move(run));
  return runs;
}

std::vector<LiveRun> live_runs_called(const std::string& word, const std::string& project) {
  std::vector<LiveRun> runs = live_runs();
  std::reverse(runs.begin(), runs.end());
  const bool any = word.empty() || word == "latest";
  if (!any) std::erase_if(runs, [&](const LiveRun& run) { return !run.run.starts_with(word); });
  std::stable_partition(runs.begin(), runs.end(), [&](const LiveRun& run) { return run.project == project; });
  if (any && runs.size() > 1) runs.resize(1);
  return runs;
}

LiveRun find_live_run(const std::string& word, const std::string& project) {
  std::vector<LiveRun> runs = live_runs();
  if (runs.empty())
    throw base::Error(base::ExitCode::usage, "no run is going on on this machine: start one with dtest");
  if (word.empty() || word == "latest") {
    for (auto run = runs.rbegin(); run != runs.rend(); ++run)
      if (run->project == project) return *run;
    return runs.back();
  }
  std::vector<LiveRun> matching;
  for (const LiveRun& run : runs)
    if (run.run.starts_with(word)) matching.push_back(run);
  if (matching.size() == 1) return matching.front();
  std::string names;
  for (const LiveRun& run : matching.empty() ? runs : matching) names += " " + run.run.substr(0, 8);
  std::string what = matching.empty() ? "no run is called " : "several runs are called ";
  throw base::Error(base::ExitCode::usage, what + word + "; going on:" + names);
}

}  // namespace dtest::cli
