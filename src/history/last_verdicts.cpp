#include "history/last_verdicts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace dtest::history {
namespace {

using collector::Status;
using Key = std::pair<std::string, std::string>;  // path, and id or name

constexpr std::size_t kMostRuns = 20;

/// One run, read once.
struct Facts {
  std::vector<Noted> bad;
  std::map<Key, std::string> verdicts;  ///< path and id: the name
  std::set<std::string> whole;          ///< files all of whose examples have a verdict
};

void void_attempt(std::map<Key, std::string>& verdicts, const std::string& path) {
  std::erase_if(verdicts, [&](const auto& entry) { return entry.first.first == path; });
}

Facts facts_of(const StoredRun& run) {
  Facts facts;
  MetaFold fold(run.meta.run, run.meta.whole);
  EventReader events(run.log());
  while (auto event = events.next()) {
    fold.take(*event);
    if (const auto* test = std::get_if<collector::TestEnd>(&event->event)) {
      facts.verdicts[{test->path, test->id}] = test->full_name;
    } else if (const auto* file = std::get_if<collector::FileEnd>(&event->event)) {
      if (!run.meta.parts && file->counts.not_run == 0 && file->status != Status::not_run) facts.whole.insert(file->path);
    } else if (const auto* requeue = std::get_if<collector::FileRequeue>(&event->event)) {
      void_attempt(facts.verdicts, requeue->path);
    }
  }
  facts.bad = fold.all_bad();
  return facts;
}

// A file of which not only examples are bad: it did not load, or its process ended.
bool takes_the_file(const Noted& noted) {
  return noted.id.empty() || noted.status == Status::crashed || noted.status == Status::timed_out;
}

class Collecting {
 public:
  void add(const std::string& path, const std::string& id, std::int64_t at_us) {
    auto [entry, fresh] = files_.try_emplace(path, Again{path, {}, at_us});
    Again& file = entry->second;
    file.since_us = std::min(file.since_us, at_us);
    if (id.empty()) whole_.insert(path);
    else if (std::find(file.ids.begin(), file.ids.end(), id) == file.ids.end()) file.ids.push_back(id);
    ++examples_;
  }
  void finish(Outstanding& result) {
    for (auto& [path, file] : files_) {
      if (whole_.contains(path)) file.ids.clear();
      result.files.push_back(std::move(file));
    }
    result.examples = examples_;
  }

 private:
  std::map<std::string, Again> files_;
  std::set<std::string> whole_;
  std::uint64_t examples_ = 0;
};

}  // namespace

Outstanding still_bad(const RunStore& store) {
  Outstanding result;
  Collecting again;
  std::set<std::string> files;  // that ran whole since
  std::set<Key> names;          // of examples that have a newer verdict; ids move with the position in the file
  for (const StoredRun& run : store.runs()) {
    if (run.live) continue;
    if (result.runs == kMostRuns) break;
    const Facts facts = facts_of(run);
    for (const Noted& bad : facts.bad) {
      if (bad.path.empty()) result.outside = result.outside || result.runs == 0;
      if (bad.path.empty() || files.contains(bad.path) || names.contains({bad.path, bad.name})) continue;
      again.add(bad.path, takes_the_file(bad) ? "" : bad.id, run.meta.started_us);
    }
    for (const auto& [key, name] : facts.verdicts) names.emplace(key.first, name);
    files.insert(facts.whole.begin(), facts.whole.end());
    ++result.runs;
    if (run.meta.complete()) break;
  }
  again.finish(result);
  return result;
}

Outstanding not_run(const StoredRun& run) {
  Outstanding result;
  result.runs = 1;
  Collecting again;
  std::set<std::string> left;
  bool ended = false;
  EventReader events(run.log());
  while (auto event = events.next()) {
    if (const auto* plan = std::get_if<collector::RunPlan>(&event->event)) {
      left.clear();
      result.planned = true;
      for (const collector::PlannedFile& file : plan->files) left.insert(file.path);
    } else if (const auto* file = std::get_if<collector::FileEnd>(&event->event)) {
      if (file->counts.not_run == 0 && file->status != Status::not_run) left.erase(file->path);
    } else if (const auto* end = std::get_if<collector::RunEnd>(&event->event)) {
      ended = true;
      for (const collector::NotRun& entry : end->not_run) again.add(entry.path, entry.id, run.meta.started_us);
    }
  }
  if (!ended)
    for (const std::string& path : left) again.add(path, "", run.meta.started_us);
  again.finish(result);
  return result;
}

}  // namespace dtest::history
