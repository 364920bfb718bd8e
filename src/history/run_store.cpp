#include "history/run_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "system/files.hpp"

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostMeta = 16U << 20U;
constexpr std::size_t kShortest = 4;
constexpr std::size_t kListed = 8;

[[noreturn]] void misuse(const std::string& text) { throw base::Error(base::ExitCode::usage, text); }

std::optional<StoredRun> read(const fs::path& dir) {
  StoredRun run{dir.string(), {}, false};
  const auto text = system::read_file((dir / kMetaName).string(), kMostMeta);
  auto meta = text ? meta_from_json(*text) : std::nullopt;
  if (!meta || meta->run != dir.filename().string()) return std::nullopt;
  run.meta = std::move(*meta);
  if (run.meta.ended()) return run;
  run.live = is_being_written(run.log());
  try {
    const bool parts = run.meta.parts;
    run.meta = meta_of_log(run.log(), run.meta.run, run.meta.whole);
    run.meta.parts = parts;
  } catch (const base::Error&) {  // no log: the meta is what there is
  }
  return run;
}

// "latest~2": how far back; nothing for other words.
std::optional<std::size_t> steps_of(const std::string& word) {
  if (word.empty() || word == "latest") return 0;
  if (!word.starts_with("latest~")) return std::nullopt;
  std::size_t steps = 0;
  const char* end = word.data() + word.size();
  const auto result = std::from_chars(word.data() + 7, end, steps);
  return result.ec == std::errc() && result.ptr == end ? std::optional(steps) : std::nullopt;
}

}  // namespace

RunMeta meta_of_log(const std::string& log, const std::string& run, bool whole) {
  MetaFold fold(run, whole);
  EventReader events(log);
  while (auto event = events.next()) fold.take(*event);
  return fold.meta();
}

RunStore::RunStore(const std::string& runs) {
  if (runs.empty()) return;
  std::error_code error;
  for (auto entry = fs::directory_iterator(runs, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (!base::RunId::from_hex(entry->path().filename().string())) continue;
    if (auto run = read(entry->path())) runs_.push_back(std::move(*run));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw base::Error(base::ExitCode::config, fmt::format("cannot read the stored runs in {}: {}", runs, error.message()));
  std::sort(runs_.begin(), runs_.end(),
            [](const StoredRun& a, const StoredRun& b) { return a.meta.started_us > b.meta.started_us; });
}

const StoredRun& RunStore::find(const std::string& word) const {
  if (runs_.empty()) misuse("no run of this project is stored: start one with dtest, or name its directory with -C");
  if (auto steps = steps_of(word)) return back(word, *steps);
  std::vector<const StoredRun*> matching;
  std::vector<const StoredRun*> all;
  for (const StoredRun& run : runs_) {
    all.push_back(&run);
    if (run.meta.run.starts_with(word)) matching.push_back(&run);
  }
  if (matching.size() == 1) return *matching.front();
  if (matching.empty()) misuse(fmt::format("no stored run of this project is called '{}'; there are {}", word, some(all)));
  misuse(fmt::format("several runs begin with '{}': {}", word, some(matching)));
}

const StoredRun& RunStore::back(const std::string& word, std::size_t steps) const {
  if (steps < runs_.size()) return runs_[steps];
  misuse(fmt::format("'{}': only {} stored, the oldest is latest~{}", word,
                     runs_.size() == 1 ? "1 run is" : fmt::format("{} runs are", runs_.size()), runs_.size() - 1));
}

std::string RunStore::brief(const std::string& run) const {
  std::size_t digits = kShortest;
  for (const StoredRun& other : runs_) {
    if (other.meta.run == run) continue;
    const auto differs = std::mismatch(run.begin(), run.end(), other.meta.run.begin(), other.meta.run.end()).first;
    digits = std::max(digits, static_cast<std::size_t>(differs - run.begin()) + 1);
  }
  return run.substr(0, digits);
}

std::string RunStore::some(const std::vector<const StoredRun*>& runs) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < runs.size() && i < kListed; ++i) names.push_back(brief(runs[i]->meta.run));
  std::string text = base::join(names, ", ");
  if (runs.size() > kListed) text += fmt::format(" and {} more (dtest history)", runs.size() - kListed);
  return text;
}

}  // namespace dtest::history
