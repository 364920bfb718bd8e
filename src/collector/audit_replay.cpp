#include "collector/audit_replay.hpp"

#include <algorithm>

namespace dtest::collector {
namespace {

using protocol::Outcome;

bool good(Status status) { return status == Status::passed || status == Status::pending; }

Outcome outcome_of(const Fact& fact) { return static_cast<Outcome>(fact.status); }

bool stopped(const Fact& fact) { return outcome_of(fact) == Outcome::stopped || outcome_of(fact) == Outcome::returned; }

Fact cut_off() {
  Fact fact;
  fact.status = static_cast<unsigned>(Outcome::stopped) & 0xF;
  return fact;
}

}  // namespace

void AuditReplay::begin(std::uint32_t number) {
  if (attempt_ > 0 && !attempt_over_) give_up(cut_off());
  attempt_ = number;
  attempt_over_ = listed_all_ = false;
  examples_.clear();
  outside_ = 0;
}

void AuditReplay::count_verdict(const Fact& fact) {
  std::optional<Status>& status = examples_[fact.example];
  if (status) return;
  status = static_cast<Status>(fact.status);
  ++test_ends_;
}

// Late facts, and those of items that nobody planned, change nothing.
void AuditReplay::take(const Fact& fact) {
  if (fact.kind() == Said::planned) {
    planned_ = true;
    path_ = fact.example;
    return;
  }
  if (!planned_ || done_ || fact.attempt == 0 || fact.attempt < attempt_ || (fact.attempt == attempt_ && attempt_over_))
    return;
  if (fact.attempt > attempt_) begin(fact.attempt);
  switch (fact.kind()) {
    case Said::announced: examples_[fact.example]; break;
    case Said::listed: listed_all_ = true; break;
    case Said::verdict: count_verdict(fact); break;
    case Said::outside: ++outside_; break;
    case Said::accepted: conclude(fact); break;
    case Said::voided:
    case Said::doubted: give_up(fact); break;
    case Said::abandoned:
      give_up(fact);
      done_ = true;
      break;
    case Said::handed: handed_.insert(fact.example); break;
    case Said::planned:
    case Said::started:
    case Said::retry: break;
  }
}

void AuditReplay::retry_of(const AuditReplay& other) {
  planned_ = true;
  path_ = other.path_;
  words_ = other.handed_words_;
}

AuditReplay::End AuditReplay::end(const Fact& fact) const {
  End end{examples_, std::nullopt};
  const Outcome outcome = outcome_of(fact);
  if (outcome == Outcome::crashed || outcome == Outcome::timed_out) {
    const Status death = outcome == Outcome::crashed ? Status::crashed : Status::timed_out;
    if (fact.example != 0 && !end.examples[fact.example]) end.examples[fact.example] = death;
    else end.own = death;
  } else if (outcome == Outcome::load_error || (outcome == Outcome::done && !listed_all_)) {
    end.own = Status::error;
  }
  for (auto& [id, status] : end.examples)
    if (!status && outcome == Outcome::done) status = Status::error;
  return end;
}

void AuditReplay::say(Example example, std::optional<Status> status) {
  Word& word = words_[example];
  if (!status) return;
  word.was_bad = word.was_bad || unloaded_ || (word.last && is_bad(*word.last));
  word.last = status;
}

bool AuditReplay::nothing_said() const {
  return outside_ == 0 && std::none_of(examples_.begin(), examples_.end(), [](const auto& e) { return e.second; });
}

// It counts for nothing; what it said stands where nothing later says otherwise.
void AuditReplay::give_up(const Fact& fact) {
  attempt_over_ = true;
  const bool silent = stopped(fact) && nothing_said();
  outside_ = 0;
  const End ended = end(fact);
  for (const auto& [id, status] : ended.examples) {
    const bool told = examples_.count(id) > 0 && examples_.at(id).has_value();
    say(id, told || (status && *status != Status::error) ? status : std::nullopt);
  }
  if (silent) return;
  void_cut_off_ = stopped(fact);
  if (void_cut_off_) return;
  void_own_ = ended.own;
  unloaded_ = unloaded_ || outcome_of(fact) == Outcome::load_error;
}

void AuditReplay::count_word(const Word& word) {
  counts_.add(word.last.value_or(Status::not_run));
  if (!word.last) return;
  ++test_ends_;
  if (good(*word.last) && word.was_bad) ++counts_.flaky;
}

void AuditReplay::count(Example example, std::optional<Status> status) {
  const auto before = words_.find(example);
  if (!status && before != words_.end()) return count_word(before->second);
  counts_.add(status.value_or(Status::not_run));
  const bool bad = before != words_.end() && (before->second.was_bad || (before->second.last && is_bad(*before->second.last)));
  if (status && good(*status) && (unloaded_ || bad)) ++counts_.flaky;
}

void AuditReplay::count_cut_off() {
  if (counts_.not_run > 0) return;
  cut_off_ = true;
  counts_.add(Status::not_run);
}

void AuditReplay::conclude(const Fact& fact) {
  if (stopped(fact) && nothing_said()) {
    give_up(fact);
    done_ = true;
    return;
  }
  done_ = attempt_over_ = ran_ = true;
  const End ended = end(fact);
  for (const auto& [id, status] : ended.examples) {
    if (status && !examples_[id]) ++test_ends_;  // no runner gave it
    if (handed_.count(id) == 0) count(id, status);
  }
  for (const auto& [id, word] : words_)
    if (ended.examples.count(id) == 0 && handed_.count(id) == 0) count_word(word);
  if (ended.own) counts_.add(*ended.own);
  if (stopped(fact)) count_cut_off();
  for (const auto& [id, status] : ended.examples) {
    if (handed_.count(id) == 0) continue;
    say(id, status);
    handed_words_[id] = words_[id];
    handed_words_[id].was_bad = handed_words_[id].was_bad || unloaded_;
  }
}

void AuditReplay::finish() {
  if (!done_ && attempt_ > 0 && !attempt_over_) give_up(cut_off());
  if (!ran_) fall_back();
}

// None was accepted.
void AuditReplay::fall_back() {
  outside_ = 0;
  const bool spoke = std::any_of(words_.begin(), words_.end(), [](const auto& w) { return w.second.last; });
  if (!spoke && !void_own_) return;
  ran_ = true;
  for (const auto& [id, word] : words_) count_word(word);
  if (void_own_) counts_.add(*void_own_);
  if (void_cut_off_) count_cut_off();
}

}  // namespace dtest::collector
