#include "collector/account_sums.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

namespace dtest::collector {
namespace {

using State = TryRecord::State;

bool counts(const TryKey& key, const TryRecord& record) {
  return key.second == 0 ? record.state != State::voided : record.state == State::accepted;
}

}  // namespace

void AccountSums::check_outcomes() const {
  for (const auto& [path, file] : files)
    if (file.ended_at == 0 && file.whole_not_run == 0)
      violations.add(0, fmt::format("{} was planned and has no outcome", path));
  std::map<std::string, std::unordered_set<std::string>> final_ids;
  for (const auto& [key, record] : tries) {
    check_try(key, record);
    if (!counts(key, record)) continue;
    for (const auto& [id, verdict] : record.verdicts)
      if (!verdict.retried && !final_ids[record.path].insert(id).second)
        violations.add(record.line, fmt::format("{} has two final verdicts", id));
  }
}

// A void one is followed by another, or its file was not run, or what was known before stands.
void AccountSums::check_try(const TryKey& key, const TryRecord& record) const {
  const auto& [item, attempt] = key;
  if (attempt == 0) return;
  if (record.state == State::open) {
    violations.add(record.line,
                   fmt::format("attempt {} at {} was neither accepted nor made void", attempt, record.path));
  }
  if (record.state != State::voided || tries.contains({item, 0})) return;
  auto next = tries.upper_bound(key);
  if (next != tries.end() && next->first.first == item) return;
  auto file = files.find(record.path);
  const bool listed = file != files.end() && (file->second.whole_not_run > 0 || file->second.examples_not_run > 0 ||
                                              file->second.own_failure);
  if (!listed && !retries.contains(item))
    violations.add(record.line,
                   fmt::format("attempt {} at {} is void, and nothing came after it", attempt, record.path));
}

void AccountSums::check_retries() const {
  std::map<std::uint64_t, TryKey> whose;
  std::set<std::pair<std::uint64_t, std::string>> again;  // a verdict that never came may be retried once more
  for (const auto& [next, retry] : retries) again.emplace(retry.from.first, retry.id);
  for (const auto& [next, retry] : retries) {
    const TryKey& first = whose.try_emplace(next, retry.from).first->second;
    if (first != retry.from)
      violations.add(retry.line, fmt::format("item {} retries item {}, and item {} too", next, first.first,
                                             retry.from.first));
    const bool later = next != retry.from.first && again.contains({next, retry.id});
    if (!later && !came_of(retry, next))
      violations.add(retry.line, fmt::format("{} was to be retried as item {}, which told nothing of it", retry.id,
                                             next));
  }
}

bool AccountSums::came_of(const RetryRecord& retry, std::uint64_t next) const {
  if (next == retry.from.first) return false;
  auto file = files.find(retry.path);
  if (file != files.end() && (file->second.whole_not_run > 0 || file->second.ids_not_run.contains(retry.id)))
    return true;
  for (auto at = tries.lower_bound({next, 0}); at != tries.end() && at->first.first == next; ++at)
    if (at->second.path == retry.path && counts(at->first, at->second) && at->second.verdicts.contains(retry.id))
      return true;
  return false;
}

void AccountSums::check_files() const {
  std::map<std::string, Tally> seen;
  std::map<std::string, std::uint64_t> errors_outside;
  for (const auto& [key, record] : tries) {
    if (!counts(key, record)) continue;
    Tally& tally = seen[record.path];
    for (const auto& [id, verdict] : record.verdicts) {
      if (verdict.retried) continue;
      ++tally.number[verdict.word];
      tally.flaky += verdict.flaky ? 1 : 0;
    }
    tally["error"] += record.load_errors;
    errors_outside[record.path] += record.errors_outside;
  }
  for (const auto& [path, file] : files) {
    if (file.ended_at == 0) continue;
    Tally& tally = seen[path];
    tally["not_run"] += file.examples_not_run + file.whole_not_run;
    check_file(path, file, tally);
    check_status(path, file, errors_outside[path]);
    check_last(path, file);
  }
}

// A file is the worst of its examples.
void AccountSums::check_status(const std::string& path, const FileRecord& file, std::uint64_t errors_outside) const {
  constexpr std::array<std::string_view, 6> kFromWorst{"crashed", "timed_out", "error", "failed", "not_run", "pending"};
  auto worst = std::find_if(kFromWorst.begin(), kFromWorst.end(), [&](std::string_view word) {
    return file.told.number[Tally::index(word)] > 0 || (word == "error" && errors_outside > 0);
  });
  const std::string_view wanted = worst == kFromWorst.end() ? "passed" : *worst;
  if (file.status != wanted)
    violations.add(file.ended_at, fmt::format("{} is '{}' by its end, and {} by what ran in it", path, file.status,
                                              wanted));
}

// The attempt of a file.end is the one that was accepted. Where none was, what was known before stands: it is a void
// one, or one that never began.
void AccountSums::check_last(const std::string& path, const FileRecord& file) const {
  const auto& [item, attempt] = file.last;
  std::uint64_t newest = 0, accepted = 0;
  for (auto at = tries.lower_bound({item, 1}); at != tries.end() && at->first.first == item; ++at) {
    newest = at->first.second;
    if (at->second.path != path)
      violations.add(file.ended_at, fmt::format("{} ended with item {}, a part of {}", path, item, at->second.path));
    if (at->second.state == State::accepted) accepted = newest;
  }
  const bool fits = accepted > 0 ? attempt == accepted : attempt >= 1 && attempt <= newest + 1;
  if (!fits)
    violations.add(file.ended_at, fmt::format("{} ended with attempt {} at item {}, and {}", path, attempt, item,
                                              accepted > 0 ? fmt::format("attempt {} was accepted", accepted)
                                                           : fmt::format("the newest was {}", newest)));
}

// A file that is bad by itself counts one more of what it is, for each of its parts: its runner ended outside of its
// examples.
void AccountSums::check_file(const std::string& path, const FileRecord& file, const Tally& seen) const {
  const std::uint64_t most = file.own_failure ? file.tries.size() : 0;
  std::uint64_t own = 0;
  for (std::size_t i = 0; i < Tally::kWords.size(); ++i) {
    const std::uint64_t told = file.told.number[i];
    if (told == seen.number[i]) continue;
    if (i >= 3 && i <= 5 && told > seen.number[i] && own + told - seen.number[i] <= most) {
      own += told - seen.number[i];
      continue;
    }
    violations.add(file.ended_at, fmt::format("{}: {} {} by its end, {} by its examples", path, told, Tally::kWords[i],
                                              seen.number[i]));
  }
  if (most > 0 && own == 0)
    violations.add(file.ended_at, fmt::format("{} failed by itself, and its counts do not show it", path));
  if (file.told.flaky != seen.flaky)
    violations.add(file.ended_at, fmt::format("{}: {} flaky by its end, {} by its examples", path, file.told.flaky,
                                              seen.flaky));
}

void AccountSums::check_run(std::uint64_t line, const Told& told) const {
  Tally sum;
  for (const auto& [path, file] : files) {
    if (file.ended_at > 0) sum.add(file.told);
    else sum["not_run"] += file.whole_not_run + file.examples_not_run;
  }
  for (std::size_t i = 0; i < Tally::kWords.size(); ++i)
    if (told.counts.number[i] != sum.number[i])
      violations.add(line, fmt::format("{} {} in the summary, {} told", told.counts.number[i], Tally::kWords[i],
                                       sum.number[i]));
  if (told.counts.flaky != sum.flaky)
    violations.add(line, fmt::format("{} flaky in the summary, {} told", told.counts.flaky, sum.flaky));
  if (told.files != files.size())
    violations.add(line, fmt::format("{} files in the summary, {} planned", told.files, files.size()));
  std::uint64_t outside = told.outside_of_none;
  for (const auto& [key, record] : tries)
    if (counts(key, record)) outside += record.errors_outside;
  if (told.outside != outside)
    violations.add(line, fmt::format("{} errors outside examples in the summary, {} told", told.outside, outside));
}

}  // namespace dtest::collector
