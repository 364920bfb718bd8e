#include "invariants.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dtest::simulation {

using master::Decision;
using protocol::Outcome;

Invariants::Item* Invariants::item(base::ItemId id, const char* what) {
  if (id.value < items_.size()) return &items_[id.value];
  violated(fmt::format("{} of item {}, which nobody planned", what, id.value));
  return nullptr;
}

void Invariants::execution_began(std::uint32_t id, std::uint32_t attempt, std::int64_t pid) {
  Item* found = item(base::ItemId(id), "execution");
  if (found == nullptr) return;
  if (++found->live > 1)
    violated(fmt::format("item {} is executed twice at once (attempt {}, pid {})", id, attempt, pid));
}

void Invariants::example_began(std::uint32_t id, std::uint32_t attempt, const std::string& example) {
  truth_[{id, attempt}].running = example;
}

void Invariants::example_ended(std::uint32_t id, std::uint32_t attempt) { truth_[{id, attempt}].running.reset(); }

void Invariants::execution_over(std::uint32_t id, std::uint32_t attempt, bool said) {
  --items_[id].live;
  truth_[{id, attempt}].done = said;
}

void Invariants::check_truth(const protocol::ItemEnd& end) {
  const Truth& truth = truth_[{end.item.value, end.attempt.value}];
  bool said = end.outcome == Outcome::done || end.outcome == Outcome::load_error;
  bool died = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
  if (said && !truth.done)
    violated(fmt::format("item {} is said to be done, its runner never said so", end.item.value));
  if (died && truth.done)
    violated(fmt::format("item {} is said to have ended with its runner, which was done with it", end.item.value));
  if (died && end.running != truth.running)
    violated(fmt::format("item {} ended its runner in {}, not in {}", end.item.value,
                         truth.running.value_or("no example"), end.running.value_or("no example")));
}

void Invariants::published(const protocol::Result& result, const std::vector<std::string>& bodies) {
  if (std::holds_alternative<protocol::NoSession>(result.content)) return;
  const protocol::NodeHeader& h = result.header;
  Wire& wire = wires_[h.epoch];
  if (h.credit.value < wire.credit) violated("the credit of a node fell");
  if (h.accepted.value < wire.accepted || h.beat.value < wire.beat || h.newest.value < wire.newest)
    violated("a number of a node's header fell");
  if (h.accepted.value > wire.sent)
    violated(fmt::format("a node accepted job {} of an epoch in which {} were sent", h.accepted.value, wire.sent));
  if (h.accepted > h.credit)
    violated(fmt::format("a node accepted {} jobs with a credit of {}", h.accepted.value, h.credit.value));
  wire.credit = h.credit.value;
  wire.accepted = h.accepted.value;
  wire.beat = h.beat.value;
  wire.newest = h.newest.value;
  const auto* reports = std::get_if<protocol::Reports>(&result.content);
  if (reports == nullptr) return;
  std::uint64_t number = reports->first.value;
  if (number < 1 || number > wire.reports.size() + 1)
    violated(fmt::format("report {} published, the one before never was", number));
  for (const std::string& body : bodies) {
    std::size_t hash = std::hash<std::string>{}(body);
    if (number == wire.reports.size() + 1) wire.reports.push_back(hash);
    else if (number <= wire.reports.size() && wire.reports[number - 1] != hash)
      violated(fmt::format("report {} was published with two contents", number));
    ++number;
  }
  if (h.newest.value + 1 < number) violated("a node published a report that its header does not know");
}

void Invariants::sent(const protocol::Work& work) {
  if (const auto* job = std::get_if<protocol::ItemWork>(&work)) {
    Wire& wire = wires_[job->epoch];
    wire.sent = std::max(wire.sent, job->job.value);
    if (job->job.value > wire.credit)
      violated(fmt::format("job {} sent, the node's credit is {}", job->job.value, wire.credit));
  } else if (const auto* ping = std::get_if<protocol::Ping>(&work)) {
    const Wire& wire = wires_[ping->epoch];
    if (ping->ack.value > wire.reports.size()) violated("a report was acknowledged that was never published");
    if (ping->beat.value > wire.beat) violated("a beat was echoed that was never sent");
  }
}

void Invariants::reported(const protocol::Body& body) {
  if (const auto* list = std::get_if<protocol::ExampleList>(&body)) {
    Item* found = item(list->item, "list");
    if (found == nullptr) return;
    found->listed = true;
    for (const protocol::ListedExample& e : list->examples)
      if (!found->announced.emplace(e.id, 0).second) violated("an example was announced twice: " + e.id);
  } else if (const auto* example = std::get_if<protocol::Example>(&body)) {
    Item* found = item(example->item, "example");
    if (found == nullptr) return;
    auto at = found->announced.find(example->id);
    if (at == found->announced.end()) violated("an example that nobody announced: " + example->id);
    else if (++at->second > 1) violated("two verdicts for " + example->id);
    const bool sick_run = sick.is_sick(example->item.value, example->attempt.value);
    if (!sick_run && example->status != status_of(example->id)) violated("another verdict than the runner's for " + example->id);
  }
}

void Invariants::check_accepted(std::uint32_t id, const Item& found) {
  if (!found.listed) violated(fmt::format("item {} was accepted without a list", id));
  const std::vector<std::string>& wanted = scenario_.items[id].examples;
  if (found.announced.size() != wanted.size())
    violated(fmt::format("item {} announced {} examples of {}", id, found.announced.size(), wanted.size()));
  for (const auto& [example, verdicts] : found.announced)
    if (verdicts != 1) violated(fmt::format("item {} was accepted, {} has {} verdicts", id, example, verdicts));
}

void Invariants::decided(const protocol::ItemEnd& end, Decision decision) {
  Item* found = item(end.item, "end");
  if (found == nullptr) return;
  std::uint32_t id = end.item.value;
  if (found->over) violated(fmt::format("item {} was decided twice", id));
  if (end.attempt.value != found->attempt)
    violated(fmt::format("item {}: attempt {} ended, {} was expected", id, end.attempt.value, found->attempt));
  if (end.outcome == Outcome::crashed && ++found->crashes > scenario_.crash_retries + 1)
    violated(fmt::format("item {} crashed {} times", id, found->crashes));
  check_truth(end);
  const bool counts = decision == Decision::accepted || decision == Decision::doubted;
  if (end.outcome == Outcome::done && !counts) violated("a done attempt was not accepted");
  if (end.outcome == Outcome::done) check_accepted(id, *found);
  if (std::string wrong = sick.decided(end, decision); !wrong.empty()) violated(wrong);
  if (decision == Decision::repeated || decision == Decision::doubted) {
    ++found->attempt;
  } else {
    found->over = true;
    accepted_ += decision == Decision::accepted ? 1 : 0;
  }
  found->announced.clear();
  found->listed = false;
}

void Invariants::finished(bool planned, bool no_node_left) {
  if (!planned || cancelled_ || no_node_left) return;
  for (std::size_t id = 0; id < items_.size(); ++id)
    if (!items_[id].over) violated(fmt::format("the run is over, item {} is not", id));
}

void Invariants::nothing_left(std::size_t processes, std::size_t sessions) {
  if (processes > 0) violated(fmt::format("{} processes are left", processes));
  if (sessions > 0) violated(fmt::format("{} sessions are left", sessions));
  for (std::size_t id = 0; id < items_.size(); ++id)
    if (items_[id].live > 0) violated(fmt::format("item {} is still being executed", id));
}

}  // namespace dtest::simulation
