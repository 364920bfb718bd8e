#include "collector/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace dtest::collector {
namespace {

using protocol::Outcome;

using Statuses = std::map<std::uint64_t, Status>;  // by example

// Replays the facts of one item. Deliberately naive: a map of what each example came to.
struct Replay {
  bool planned = false, done = false, ran = false;
  std::uint64_t path = 0;
  std::uint32_t attempt = 0;
  bool attempt_over = false, listed_all = false;
  bool unloaded = false;             // in an attempt that is void
  std::map<std::uint64_t, std::optional<Status>> examples;
  std::set<std::uint64_t> suspects;
  Statuses held;                     // what its examples were before: it is their retry
  std::set<std::uint64_t> handed;    // its examples that are another item's business
  Statuses handed_as;                // what they were
  std::optional<Fact> doubted;       // the end of an attempt that counts where later ones come to nothing...
  std::map<std::uint64_t, std::optional<Status>> doubtful;  // ...and its examples
  bool doubtful_listed = false;
  std::uint64_t outside = 0;
  std::uint64_t test_ends = 0;
  Counts counts;

  void take(const Fact& fact);
  void retry_of(const Replay& other);
  void fall_back();

 private:
  void begin(std::uint32_t number);
  void count_verdict(const Fact& fact);
  void conclude(const Fact& fact);
  void close_off(const Fact& fact);
  void doubt(const Fact& fact);
  void take_doubted();
  void stand_in(std::uint64_t id, Status before);
  void give_up(const Fact& fact);
};

void Replay::begin(std::uint32_t number) {
  attempt = number;
  attempt_over = listed_all = false;
  examples.clear();
  outside = 0;
}

void Replay::count_verdict(const Fact& fact) {
  std::optional<Status>& status = examples[fact.example];
  if (status) return;
  status = static_cast<Status>(fact.status);
  ++test_ends;
}

// Late facts, and those of items that nobody planned, change nothing.
void Replay::take(const Fact& fact) {
  if (fact.kind() == Said::planned) {
    planned = true;
    path = fact.example;
    return;
  }
  if (!planned || done || fact.attempt == 0 || fact.attempt < attempt || (fact.attempt == attempt && attempt_over)) return;
  if (fact.attempt > attempt) begin(fact.attempt);
  switch (fact.kind()) {
    case Said::announced: examples[fact.example]; break;
    case Said::listed: listed_all = true; break;
    case Said::verdict: count_verdict(fact); break;
    case Said::outside: ++outside; break;
    case Said::accepted: conclude(fact); break;
    case Said::voided: give_up(fact); break;
    case Said::doubted:
      doubt(fact);
      give_up(fact);
      break;
    case Said::abandoned:
      give_up(fact);
      done = true;
      break;
    case Said::handed: handed.insert(fact.example); break;
    case Said::planned:
    case Said::started:
    case Said::retry: break;
  }
}

void Replay::retry_of(const Replay& other) {
  planned = true;
  path = other.path;
  held = other.handed_as;
  for (const auto& [id, status] : held) {
    if (is_bad(status)) suspects.insert(id);
  }
}

void Replay::doubt(const Fact& fact) {
  const auto outcome = static_cast<Outcome>(fact.status);
  const bool bad = std::any_of(examples.begin(), examples.end(),
                               [](const auto& e) { return e.second && is_bad(*e.second); });
  if (outside > 0 || (outcome != Outcome::load_error && (outcome != Outcome::done || !bad))) return;
  doubted = fact;
  doubtful = examples;
  doubtful_listed = listed_all;
}

void Replay::give_up(const Fact& fact) {
  attempt_over = true;
  outside = 0;
  for (const auto& [id, status] : examples) {
    if (status && is_bad(*status)) suspects.insert(id);
  }
  const auto outcome = static_cast<Outcome>(fact.status);
  unloaded = unloaded || outcome == Outcome::load_error;
  const bool died = outcome == Outcome::crashed || outcome == Outcome::timed_out;
  if (died && fact.example != 0) suspects.insert(fact.example);
}

void Replay::conclude(const Fact& fact) {
  done = attempt_over = true;
  const auto outcome = static_cast<Outcome>(fact.status);
  const bool any = std::any_of(examples.begin(), examples.end(), [](const auto& e) { return e.second.has_value(); });
  if (!any && (outcome == Outcome::stopped || outcome == Outcome::returned)) {
    if (held.empty()) outside = 0;
    return;  // fall_back: its retried examples are what they were
  }
  ran = true;
  for (const auto& [id, status] : examples) {
    if (status == Status::passed && (unloaded || suspects.count(id) > 0)) ++counts.flaky;
  }
  close_off(fact);
  for (const auto& [id, status] : examples) {
    if (handed.count(id) > 0) handed_as[id] = *status;
    else counts.add(*status);
  }
}

void Replay::stand_in(std::uint64_t id, Status before) {
  examples[id] = before;
  if (before != Status::not_run) ++test_ends;
}

// No later attempt counts: this one does, and each of its verdicts was told once more.
void Replay::take_doubted() {
  ran = true;
  examples = doubtful;
  listed_all = doubtful_listed;
  outside = 0;
  const std::uint64_t told = test_ends;
  close_off(*doubted);
  test_ends = told;
  for (const auto& [id, status] : examples) {
    counts.add(*status);
    if (*status != Status::not_run) ++test_ends;
  }
}

// A retry that was never accepted, or in which nothing ran: its examples are what they were.
void Replay::fall_back() {
  if (!ran && doubted) take_doubted();
  if (ran || held.empty()) return;
  if (!done || !attempt_over) outside = 0;
  ran = true;
  examples.clear();
  for (const auto& [id, status] : held) {
    stand_in(id, status);
    counts.add(status);
  }
}

void Replay::close_off(const Fact& fact) {
  const auto outcome = static_cast<Outcome>(fact.status);
  const bool died = outcome == Outcome::crashed || outcome == Outcome::timed_out;
  const Status death = outcome == Outcome::crashed ? Status::crashed : Status::timed_out;
  if (died && fact.example != 0 && !examples[fact.example]) {
    examples[fact.example] = death;
    ++test_ends;
  } else if (died) {
    counts.add(death);
  } else if (outcome == Outcome::load_error || (outcome == Outcome::done && !listed_all)) {
    counts.add(Status::error);
  }
  for (const auto& [id, before] : held) {
    auto known = examples.find(id);
    const bool silent = known != examples.end() && !known->second && outcome == Outcome::done;
    if (!silent && (known == examples.end() || !known->second)) stand_in(id, before);
  }
  for (auto& [id, status] : examples) {
    if (status) continue;
    status = outcome == Outcome::done ? Status::error : Status::not_run;
    if (outcome == Outcome::done) ++test_ends;
  }
}

struct Sum {
  Counts counts;
  std::uint64_t items = 0, outside = 0, test_ends = 0;
  std::map<std::uint64_t, std::uint64_t> whole_not_run;  // path, its items that did not run
  std::set<std::uint64_t> files_that_ran;

  void add(const Replay& item) {
    ++items;
    test_ends += item.test_ends;
    if (!item.ran) {
      counts.add(Status::not_run);
      ++whole_not_run[item.path];
      return;
    }
    files_that_ran.insert(item.path);
    outside += item.outside;
    for (auto field : {&Counts::passed, &Counts::failed, &Counts::pending, &Counts::error, &Counts::crashed,
                       &Counts::timed_out, &Counts::not_run, &Counts::flaky}) {
      counts.*field += item.counts.*field;
    }
  }
};

// A retry has a higher number than what it retries.
Sum replay(std::vector<Fact> facts) {
  std::stable_sort(facts.begin(), facts.end(), [](const Fact& a, const Fact& b) { return a.item < b.item; });
  Sum sum;
  std::map<std::uint32_t, Replay> retried;
  for (std::size_t i = 0; i < facts.size();) {
    Replay item;
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
    item.fall_back();
    if (item.planned) sum.add(item);
    if (!item.handed_as.empty()) retried.emplace(id, std::move(item));
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
