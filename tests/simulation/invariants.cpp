#include "invariants.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace dtest::simulation {

using master::Decision;
using protocol::Outcome;

Invariants::Invariants(const Scenario& scenario)
    : scenario_(scenario),
      items_(scenario.items.size()),
      window_(scenario.runners * (scenario.embedded ? 3 : 1) + scenario.prefetch),
      sick(scenario) {
  for (std::size_t i = 0; i < items_.size(); ++i) {
    items_[i].wanted = scenario.items[i].examples;
    items_[i].root = static_cast<std::uint32_t>(i);
  }
}

Invariants::Item* Invariants::item(base::ItemId id, const char* what) {
  if (id.value < items_.size()) return &items_[id.value];
  violated(Rule::told_as_it_was, fmt::format("{} of item {}, which nobody planned", what, id.value));
  return nullptr;
}

// A try is sent to one node, so its slots need no other name.
void Invariants::check_slot(std::uint32_t id, std::uint32_t attempt, base::Slot slot) {
  auto named = named_.find({id, attempt});
  if (named == named_.end() || std::count(named->second.begin(), named->second.end(), slot) > 0) return;
  violated(Rule::named_slots, fmt::format("attempt {} at item {} began on slot {}, which was not named for it", attempt,
                                          id, slot.value));
}

void Invariants::execution_began(std::uint32_t id, std::uint32_t attempt, base::Slot slot, std::int64_t pid) {
  Item* found = item(base::ItemId(id), "execution");
  if (found == nullptr) return;
  if (attempt <= found->executed)
    violated(Rule::repetition_is_harmless, fmt::format("attempt {} at item {} is executed again", attempt, id));
  found->executed = attempt;
  check_slot(id, attempt, slot);
  if (++found->live > 1)
    violated(Rule::one_execution,
             fmt::format("item {} is executed twice at once (attempt {}, pid {})", id, attempt, pid));
}

void Invariants::example_began(std::uint32_t id, std::uint32_t attempt, const std::string& example) {
  truth_[{id, attempt}].running = example;
}

void Invariants::example_ended(std::uint32_t id, std::uint32_t attempt) { truth_[{id, attempt}].running.reset(); }

void Invariants::ended_too_late(std::uint32_t id, std::uint32_t attempt, const std::string& example) {
  truth_[{id, attempt}].too_late.insert(example);
}

void Invariants::execution_over(std::uint32_t id, std::uint32_t attempt, bool said) {
  if (id >= items_.size()) return;
  --items_[id].live;
  truth_[{id, attempt}].done = said;
}

void Invariants::check_truth(const protocol::ItemEnd& end) {
  const Truth& truth = truth_[{end.item.value, end.attempt.value}];
  const bool cut = end.outcome == Outcome::load_error && scenario_.most_examples > 0 &&
                   items_[end.item.value].wanted.size() > scenario_.most_examples;
  bool said = end.outcome == Outcome::done || (end.outcome == Outcome::load_error && !cut);
  bool died = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
  if (said && !truth.done)
    violated(Rule::told_as_it_was, fmt::format("item {} is said to be done, its runner never said so", end.item.value));
  if (!truth.whole) return;
  if (died && truth.done)
    violated(Rule::told_as_it_was,
             fmt::format("item {} is said to have ended with its runner, which was done with it", end.item.value));
  if (died && end.running != truth.running)
    violated(Rule::told_as_it_was,
             fmt::format("item {} ended its runner in {}, not in {}", end.item.value,
                         truth.running.value_or("no example"), end.running.value_or("no example")));
}

void Invariants::check_header(const protocol::NodeHeader& h, Wire& wire) {
  if (h.credit.value < wire.credit) violated(Rule::monotone_numbers, "the credit of a node fell");
  if (h.accepted.value < wire.accepted || h.beat.value < wire.beat || h.newest.value < wire.newest)
    violated(Rule::monotone_numbers, "a number of a node's header fell");
  if (h.accepted.value > wire.sent)
    violated(Rule::monotone_numbers,
             fmt::format("a node accepted job {} of an epoch in which {} were sent", h.accepted.value, wire.sent));
  if (h.accepted > h.credit)
    violated(Rule::window,
             fmt::format("a node accepted {} jobs with a credit of {}", h.accepted.value, h.credit.value));
  wire.credit = h.credit.value;
  wire.accepted = h.accepted.value;
  wire.beat = h.beat.value;
  wire.newest = h.newest.value;
}

void Invariants::check_reports(const protocol::Reports& reports, const std::vector<std::string>& bodies, Wire& wire) {
  std::uint64_t number = reports.first.value;
  if (number < 1 || number > wire.reports.size() + 1)
    violated(Rule::monotone_numbers, fmt::format("report {} published, the one before never was", number));
  for (std::size_t i = 0; i < bodies.size(); ++i, ++number) {
    std::size_t hash = std::hash<std::string>{}(bodies[i]);
    if (number == wire.reports.size() + 1) {
      wire.reports.push_back(hash);
      wire.ends += std::holds_alternative<protocol::ItemEnd>(reports.bodies[i]) ? 1 : 0;
    } else if (number <= wire.reports.size() && wire.reports[number - 1] != hash) {
      violated(Rule::repetition_is_harmless, fmt::format("report {} was published with two contents", number));
    }
  }
  if (wire.newest + 1 < number)
    violated(Rule::monotone_numbers, "a node published a report that its header does not know");
}

void Invariants::published(const protocol::Result& result, const std::vector<std::string>& bodies) {
  if (!std::holds_alternative<protocol::Reports>(result.content) &&
      !std::holds_alternative<protocol::Beat>(result.content))
    return;
  Wire& wire = wires_[result.header.epoch];
  check_header(result.header, wire);
  if (const auto* reports = std::get_if<protocol::Reports>(&result.content)) check_reports(*reports, bodies, wire);
  // An `end` that is to be told with this very message may not be in it yet: the next one has it.
  if (wire.accepted > wire.ends + window_ + scenario_.runners)
    violated(Rule::window, fmt::format("a node holds {} items, its window is {}", wire.accepted - wire.ends, window_));
  if (wire.reports.size() > wire.acknowledged + most_unacknowledged())
    violated(Rule::bounded_memory,
             fmt::format("{} reports wait for their acknowledgement", wire.reports.size() - wire.acknowledged));
}

// Credit is frozen when the outbox is full: what comes then is of items that were accepted before, each perhaps with a
// runner that dies of it and one that takes its place. Before there are any items there are the plan and the hooks.
std::uint64_t Invariants::most_unacknowledged() const {
  constexpr std::uint64_t kOfItem = 20, kOfRunner = 12, kOfSession = 40;
  return scenario_.outbox_reports + window_ * kOfItem + scenario_.runners * kOfRunner + kOfSession +
         scenario_.files.size() / (scenario_.files.size() > 200 ? 1000U : 20U);
}

void Invariants::sent(const protocol::Work& work) {
  if (const auto* job = std::get_if<protocol::ItemWork>(&work)) {
    Wire& wire = wires_[job->epoch];
    wire.sent = std::max(wire.sent, job->job.value);
    if (job->job.value > wire.credit)
      violated(Rule::window, fmt::format("job {} sent, the node's credit is {}", job->job.value, wire.credit));
    if (!job->only.empty()) named_[{job->item.value, job->attempt.value}] = job->only;
  } else if (const auto* ping = std::get_if<protocol::Ping>(&work)) {
    Wire& wire = wires_[ping->epoch];
    if (ping->ack.value < wire.acknowledged) violated(Rule::monotone_numbers, "an acknowledgement fell");
    wire.acknowledged = ping->ack.value;
    if (ping->ack.value > wire.reports.size())
      violated(Rule::monotone_numbers, "a report was acknowledged that was never published");
    if (ping->beat.value > wire.beat) violated(Rule::monotone_numbers, "a beat was echoed that was never sent");
  }
}

std::string Invariants::told_status(base::ItemId item, base::Attempt attempt, const std::string& example) const {
  return sick.is_sick(item.value, attempt.value) ? "failed" : status_of(item.value, example);
}

void Invariants::reported(const protocol::Body& body) {
  if (const auto* list = std::get_if<protocol::ExampleList>(&body)) {
    Item* found = item(list->item, "list");
    if (found == nullptr) return;
    found->listed = true;
    for (const protocol::ListedExample& e : list->examples)
      if (!found->announced.try_emplace(e.id).second)
        violated(Rule::one_verdict, "an example was announced twice: " + e.id);
  } else if (const auto* example = std::get_if<protocol::Example>(&body)) {
    Item* found = item(example->item, "example");
    if (found == nullptr) return;
    auto at = found->announced.find(example->id);
    if (at == found->announced.end()) violated(Rule::one_verdict, "an example that nobody announced: " + example->id);
    else if (++at->second.verdicts > 1) violated(Rule::one_verdict, "two verdicts for " + example->id);
    if (at != found->announced.end()) at->second.status = collector::status_from(example->status);
    if (example->status != told_status(example->item, example->attempt, example->id))
      violated(Rule::told_as_it_was, "another verdict than the runner's for " + example->id);
    if (truth_[{example->item.value, example->attempt.value}].too_late.contains(example->id))
      violated(Rule::told_as_it_was, "a verdict is told of what ended after the kill: " + example->id);
    if (example->took > std::max(scenario_.example_most, kSickExample))
      violated(Rule::told_as_it_was, fmt::format("{} is said to have taken {:.1f} s", example->id,
                                                 base::seconds(example->took)));
  } else if (const auto* notice = std::get_if<protocol::Notice>(&body)) {
    check_notice(*notice);
  }
}

void Invariants::check_notice(const protocol::Notice& notice) {
  if (notice.text.find("prints very much") == std::string::npos) return;
  if (++told_floods_ > floods_) violated(Rule::told_as_it_was, "more processes are said to print very much than do");
}

void Invariants::check_accepted(std::uint32_t id, const Item& found) {
  if (!found.listed) violated(Rule::one_verdict, fmt::format("item {} was accepted without a list", id));
  const auto wanted = static_cast<std::size_t>(
      std::count_if(found.wanted.begin(), found.wanted.end(),
                    [&](const std::string& example) { return found.attempt == 1 || !vanishes(example); }));
  if (found.announced.size() != wanted)
    violated(Rule::one_verdict, fmt::format("item {} announced {} examples of {}", id, found.announced.size(), wanted));
  for (const auto& [example, told] : found.announced)
    if (told.verdicts != 1)
      violated(Rule::one_verdict, fmt::format("item {} was accepted, {} has {} verdicts", id, example, told.verdicts));
}

void Invariants::retried(const master::Retry& retry) {
  if (retry.next.value != items_.size()) violated(Rule::one_verdict, "a retry has the number of another item");
  Item& next = items_.emplace_back();
  next.wanted = retry.examples;
  next.root = items_[retry.item.value].root;
}

void Invariants::decided(const protocol::ItemEnd& end, Decision decision) {
  Item* found = item(end.item, "end");
  if (found == nullptr) return;
  std::uint32_t id = end.item.value;
  if (found->over) violated(Rule::one_verdict, fmt::format("item {} was decided twice", id));
  if (end.attempt.value != found->attempt)
    violated(Rule::told_as_it_was,
             fmt::format("item {}: attempt {} ended, {} was expected", id, end.attempt.value, found->attempt));
  if (end.outcome == Outcome::crashed && ++found->crashes > scenario_.crash_retries + 1)
    violated(Rule::one_verdict, fmt::format("item {} crashed {} times", id, found->crashes));
  ++decisions_;
  check_truth(end);
  const bool again = decision == Decision::repeated || decision == Decision::doubted;
  const bool done = end.outcome == Outcome::done;
  if (!done || decision != Decision::accepted) exact_ = exact_ && again;
  if (done && decision != Decision::accepted && decision != Decision::doubted)
    violated(Rule::one_verdict, "a done attempt was not accepted");
  if (done) check_accepted(id, *found);
  if (end.running && (end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out))
    found->announced[*end.running].status =
        end.outcome == Outcome::crashed ? collector::Status::crashed : collector::Status::timed_out;
  if (std::string wrong = sick.decided(end, decision); !wrong.empty()) violated(Rule::breaker, wrong);
  if (again) {
    ++found->attempt;
  } else {
    found->over = true;
    accepted_ += decision == Decision::accepted ? 1 : 0;
  }
  keep(found->announced, items_[found->root].said);
  found->listed = false;
}

void Invariants::keep(Examples& announced, Examples& said) {
  if (said.empty()) said = std::move(announced);
  else
    for (auto& [example, told] : announced)
      if (Told& word = said[example]; told.status) word = told;
  announced.clear();
}

// Each example that was ever announced has the verdict that was told of it last, whatever became of the try; and is not
// run if there was none.
void Invariants::totals(const collector::Counts& counts) {
  collector::Counts last;
  for (Item& item : items_) keep(item.announced, items_[item.root].said);
  std::uint64_t silent = 0;
  for (const Item& item : items_) {
    const bool spoke = std::any_of(item.said.begin(), item.said.end(), [](const auto& e) { return e.second.status; });
    for (const auto& [example, told] : item.said) {
      if (told.status) last.add(*told.status);
      else silent += spoke ? 1 : 0;  // else the item as a whole was not run
    }
  }
  const auto same = [&](const char* what, std::uint64_t told, std::uint64_t was) {
    if (told != was) violated(Rule::one_verdict, fmt::format("run.end says {} {}, and {} were told", told, what, was));
  };
  same("passed", counts.passed, last.passed);
  same("failed", counts.failed, last.failed);
  same("pending", counts.pending, last.pending);
  if (counts.crashed < last.crashed || counts.timed_out < last.timed_out || counts.not_run < silent)
    violated(Rule::one_verdict, fmt::format("run.end says {} crashed, {} timed out, {} not run; told were {}, {}, {}",
                                            counts.crashed, counts.timed_out, counts.not_run, last.crashed,
                                            last.timed_out, silent));
  const bool whole = std::all_of(items_.begin(), items_.end(), [](const Item& item) { return item.over; });
  if (!exact_ || !whole || cancelled_) return;
  if (counts.total() != counts.passed + counts.failed + counts.pending + last.crashed + last.timed_out + silent)
    violated(Rule::one_verdict, "run.end has verdicts that no runner gave");
}

void Invariants::finished(bool planned, bool no_node_left) {
  if (!planned || cancelled_ || no_node_left) return;
  for (std::size_t id = 0; id < items_.size(); ++id)
    if (!items_[id].over) violated(Rule::one_verdict, fmt::format("the run is over, item {} is not", id));
}

void Invariants::nothing_left(std::size_t processes, std::size_t sessions) {
  if (processes > 0) violated(Rule::nothing_left, fmt::format("{} processes are left", processes));
  if (sessions > 0) violated(Rule::nothing_left, fmt::format("{} sessions are left", sessions));
  for (std::size_t id = 0; id < items_.size(); ++id)
    if (items_[id].live > 0) violated(Rule::nothing_left, fmt::format("item {} is still being executed", id));
}

}  // namespace dtest::simulation
