#include "cli/live_runs.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "system/files.hpp"
#include "system/private_dir.hpp"

namespace dtest::cli {
namespace {

constexpr const char* kName = "run";
constexpr std::size_t kMostBytes = 64 * 1024;

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

void read_run(const std::string& dir, std::vector<std::pair<long, LiveRun>>& found) {
  // Only what nobody else can have written.
  if (!system::private_dir_fault(dir).empty()) return;
  std::string path = dir + "/" + kName;
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return;
  std::optional<std::string> text = system::read_file(path, kMostBytes);
  if (!text) return;
  nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return;
  LiveRun run{json.value("run", ""), json.value("project", ""), json.value("endpoint", ""), json.value("pid", 0LL)};
  if (run.pid > 1 && ::kill(static_cast<pid_t>(run.pid), 0) == 0) found.emplace_back(info.st_mtime, std::move(run));
}

}  // namespace

void announce_run(const std::string& dir, const LiveRun& run) {
  nlohmann::json json{{"run", run.run}, {"project", run.project}, {"endpoint", run.endpoint}, {"pid", run.pid}};
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  system::write_atomic(dir + "/" + kName, text + "\n", 0600);
}

std::vector<LiveRun> live_runs() {
  std::vector<std::pair<long, LiveRun>> found;
  for (const std::string& base : runtime_bases()) {
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(base.c_str()), ::closedir);
    if (!dir) continue;
    while (const dirent* entry = ::readdir(dir.get()))
      if (std::string name = entry->d_name; name.starts_with("dt-")) read_run(base + "/" + name, found);
  }
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
