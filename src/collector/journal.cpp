#include "collector/journal.hpp"

#include <algorithm>

namespace dtest::collector {
namespace {

// A runner may say these; whatever else it says is an error.
unsigned number(const std::string& word) {
  if (word == "passed") return static_cast<unsigned>(Status::passed);
  if (word == "failed") return static_cast<unsigned>(Status::failed);
  return static_cast<unsigned>(word == "pending" ? Status::pending : Status::error);
}

}  // namespace

std::uint64_t hash_id(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211ULL;
  }
  return hash == 0 ? 1 : hash;
}

void Journal::note(Said said, base::ItemId item, base::Attempt attempt, std::uint64_t example, unsigned status) {
  constexpr std::uint32_t kMostAttempts = (1U << 20) - 1;
  Fact fact;
  fact.example = example;
  fact.item = item.value;
  fact.attempt = std::min(attempt.value, kMostAttempts);
  fact.said = static_cast<std::uint32_t>(said) & 0xF;
  fact.status = status & 0xF;
  facts_.push_back(fact);
}

void Journal::planned(base::ItemId item, const std::string& path) { note(Said::planned, item, {}, hash_id(path)); }

void Journal::reported(const protocol::Body& body) {
  if (const auto* start = std::get_if<protocol::ItemStart>(&body)) {
    note(Said::started, start->item, start->attempt);
  } else if (const auto* list = std::get_if<protocol::ExampleList>(&body)) {
    note(Said::started, list->item, list->attempt);  // also by a part that is empty
    for (const protocol::ListedExample& example : list->examples)
      note(Said::announced, list->item, list->attempt, hash_id(example.id));
    if (!list->more) note(Said::listed, list->item, list->attempt);
  } else if (const auto* example = std::get_if<protocol::Example>(&body)) {
    note(Said::verdict, example->item, example->attempt, hash_id(example->id), number(example->status));
  } else if (const auto* error = std::get_if<protocol::OutsideError>(&body)) {
    const bool of_item = error->item && error->attempt;
    note(Said::outside, of_item ? *error->item : kNoItem, of_item ? *error->attempt : base::Attempt());
  }
}

void Journal::retried(const master::Retry& retry) {
  for (const std::string& id : retry.examples) note(Said::handed, retry.item, retry.attempt, hash_id(id));
  note(Said::retry, retry.next, {}, retry.item.value);
}

void Journal::over(const protocol::ItemEnd& end, master::Decision decision) {
  const Said said = decision == master::Decision::accepted   ? Said::accepted
                    : decision == master::Decision::doubted  ? Said::doubted
                    : decision == master::Decision::repeated ? Said::voided
                                                             : Said::abandoned;
  note(said, end.item, end.attempt, end.running ? hash_id(*end.running) : 0, static_cast<unsigned>(end.outcome));
}

}  // namespace dtest::collector
