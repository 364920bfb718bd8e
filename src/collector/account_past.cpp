#include "collector/account_past.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace dtest::collector {
namespace {

using State = TryRecord::State;

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

bool is_final(const TryKey& key, const TryRecord& record) {
  return key.second == 0 ? record.state != State::voided : record.state == State::accepted;
}

}  // namespace

void AccountPast::check() const {
  const Ids known = final_ids();
  for (const auto& [key, record] : tries) {
    if (key.second > 0 && record.state == State::voided) check_void(record, known);
    if (key.second > 0) check_flaky(key, record);
    else check_standing(key, record);
  }
  check_announced();
}

AccountPast::Ids AccountPast::final_ids() const {
  Ids ids;
  for (const auto& [key, record] : tries) {
    if (!is_final(key, record)) continue;
    for (const auto& [id, verdict] : record.verdicts)
      if (!verdict.retried) ids[record.path].insert(id);
  }
  return ids;
}

void AccountPast::check_void(const TryRecord& record, const Ids& known) const {
  static const std::set<std::string> kNone;
  const auto found = known.find(record.path);
  const std::set<std::string>& ids = found == known.end() ? kNone : found->second;
  const auto forgotten = [&](const std::string& id) {
    if (!id.empty() && !ids.contains(id))
      violations.add(record.line, fmt::format("{} has no verdict in the end, and had one in a try that is void", id));
  };
  for (const auto& [id, verdict] : record.verdicts) forgotten(id);
  forgotten(record.running);
  const auto file = files.find(record.path);
  if (file == files.end() || file->second.whole_not_run > 0) return;
  std::uint64_t accounted = ids.size();
  for (const std::string& id : file->second.ids_not_run) accounted += ids.contains(id) ? 0 : 1;
  if (record.announced > accounted)
    violations.add(record.line, fmt::format("{} examples of {} were announced, and {} have a verdict or were not run",
                                            record.announced, record.path, accounted));
}

// What was said of an example until then, in the order of the tries; first of what this item retries.
std::vector<AccountPast::Word> AccountPast::words(std::uint64_t item, std::uint64_t before,
                                                  const std::string& id) const {
  std::vector<Word> said;
  const auto [first, last] = retries.equal_range(item);
  for (auto at = first; at != last; ++at) {
    const auto& [from, attempt] = at->second.from;
    if (at->second.id != id || from >= item) continue;
    for (const Word& word : words(from, attempt + 1, id)) said.push_back(word);
  }
  for (auto at = tries.lower_bound({item, 1}); at != tries.end() && at->first.first == item; ++at) {
    const auto& [key, record] = *at;
    if (key.second >= before) break;
    if (auto verdict = record.verdicts.find(id); verdict != record.verdicts.end())
      said.push_back({verdict->second.word, false});
    else if (record.running == id) said.push_back({Tally::index("crashed"), false});
    if (record.load_errors > 0) said.push_back({Tally::index("error"), true});
  }
  return said;
}

bool AccountPast::has_past(const TryKey& key) const {
  const auto first = tries.lower_bound({key.first, 1});
  return retries.contains(key.first) || (first != tries.end() && first->first < key);
}

void AccountPast::check_flaky(const TryKey& key, const TryRecord& record) const {
  const bool has = has_past(key);
  for (const auto& [id, verdict] : record.verdicts) {
    bool was_bad = false;
    if (has && Tally::is_good(verdict.word))
      for (const Word& word : words(key.first, key.second, id)) was_bad = was_bad || Tally::is_bad(word.word);
    if (verdict.flaky == was_bad) continue;
    violations.add(record.line, id + (was_bad ? " was bad before and is not told as flaky"
                                              : " is told as flaky and was not bad before"));
  }
}

// Verdicts of attempt 0: what was said last.
void AccountPast::check_standing(const TryKey& key, const TryRecord& record) const {
  for (const auto& [id, verdict] : record.verdicts) {
    std::vector<Word> said = words(key.first, kAll, id);
    while (!said.empty() && said.back().of_file) said.pop_back();
    const bool died = !said.empty() && said.back().word == Tally::index("crashed") &&
                      verdict.word == Tally::index("timed_out");  // how it ended is not told of a void try
    if (said.empty() || (said.back().word != verdict.word && !died)) {
      violations.add(record.line, fmt::format("{} is told to have been {} before, and was not", id,
                                              Tally::kWords[verdict.word]));
      continue;
    }
    said.pop_back();
    const bool was_bad = std::any_of(said.begin(), said.end(), [](const Word& w) { return Tally::is_bad(w.word); });
    if (verdict.flaky != (was_bad && Tally::is_good(verdict.word)))
      violations.add(record.line, fmt::format("{} stands, and whether it is flaky is told wrongly", id));
  }
}

// Not more than have a verdict, wherever it was given.
void AccountPast::check_announced() const {
  std::map<std::string, std::uint64_t> seen;
  for (const auto& [key, record] : tries)
    if (is_final(key, record)) seen[record.path] += record.verdicts.size();
  for (const auto& [next, retry] : retries) seen[retry.path] += retry.untold ? 1 : 0;
  for (const auto& [path, file] : files) {
    const std::uint64_t accounted = seen[path] + file.examples_not_run;
    if (file.announced > accounted)
      violations.add(file.ended_at, fmt::format("{} examples of {} were announced, and {} have a verdict or were not run",
                                                file.announced, path, accounted));
  }
}

}  // namespace dtest::collector
