#include "collector/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "collector/audit_replay.hpp"

namespace dtest::collector {
namespace {

struct Sum {
  Counts counts;
  std::uint64_t items = 0, outside = 0, test_ends = 0;
  std::map<std::uint64_t, std::uint64_t> whole_not_run;  // path, its items that did not run
  std::set<std::uint64_t> files_that_ran;

  void add(const AuditReplay& item) {
    ++items;
    test_ends += item.test_ends();
    if (item.whole_not_run()) ++whole_not_run[item.path()];
    if (!item.ran()) {
      counts.add(Status::not_run);
      return;
    }
    files_that_ran.insert(item.path());
    outside += item.outside();
    for (auto field : {&Counts::passed, &Counts::failed, &Counts::pending, &Counts::error, &Counts::crashed,
                       &Counts::timed_out, &Counts::not_run, &Counts::flaky}) {
      counts.*field += item.counts().*field;
    }
  }
};

// A retry has a higher number than what it retries.
Sum replay(std::vector<Fact> facts) {
  std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.item < b.item; });
  Sum sum;
  std::map<std::uint32_t, AuditReplay> retried;
  for (std::size_t i = 0; i < facts.size();) {
    AuditReplay item;
    const std::uint32_t id = facts[i].item;
    if (id == kNoItem.value) {
      sum.outside += facts.size() - i;
      break;
    }
    for (; i < facts.size() && facts[i].item == id; ++i) {
      auto before = retried.find(static_cast<std::uint32_t>(facts[i].example));
      if (facts[i].kind() == Said::retry && before != retried.end()) item.retry_of(before->second);
      else item.take(facts[i]);
    }
    item.finish();
    if (item.planned()) sum.add(item);
    if (item.has_retries()) retried.emplace(id, std::move(item));
  }
  return sum;
}

class Comparison {
 public:
  void same(std::string_view what, std::uint64_t claimed, std::uint64_t recorded) {
    if (claimed == recorded) return;
    sentences.push_back(fmt::format("{}: the account says {}, the record {}", what, claimed, recorded));
  }
  std::vector<std::string> sentences;
};

void compare_counts(Comparison& compare, const Counts& claimed, const Counts& recorded) {
  compare.same("passed", claimed.passed, recorded.passed);
  compare.same("failed", claimed.failed, recorded.failed);
  compare.same("pending", claimed.pending, recorded.pending);
  compare.same("errors", claimed.error, recorded.error);
  compare.same("crashed", claimed.crashed, recorded.crashed);
  compare.same("timed out", claimed.timed_out, recorded.timed_out);
  compare.same("not run", claimed.not_run, recorded.not_run);
  compare.same("flaky", claimed.flaky, recorded.flaky);
}

void compare_not_run(Comparison& compare, const Claims& claims, const Sum& sum) {
  compare.same("entries in the list of what was not run", claims.not_run.size(), sum.counts.not_run);
  std::map<std::uint64_t, std::uint64_t> claimed;
  for (const NotRun& entry : claims.not_run) {
    if (entry.id.empty()) ++claimed[hash_id(entry.path)];
    if (!entry.id.empty() || sum.whole_not_run.count(hash_id(entry.path)) > 0) continue;
    compare.sentences.push_back(fmt::format("{} is listed as not run, but the record has its end", entry.path));
  }
  for (const auto& [path, items] : sum.whole_not_run) {
    compare.same("a planned file's place in the list of what was not run", claimed[path], items);
  }
}

}  // namespace

std::vector<std::string> audit(const Journal& journal, const Claims& claims) {
  const Sum sum = replay(journal.facts());
  Comparison compare;
  compare_counts(compare, claims.counts, sum.counts);
  compare_not_run(compare, claims, sum);
  compare.same("errors outside examples", claims.errors_outside, sum.outside);
  compare.same("files told as ended", claims.file_ends, sum.files_that_ran.size());
  compare.same("verdicts told", claims.test_ends, sum.test_ends);
  return std::move(compare.sentences);
}

}  // namespace dtest::collector
