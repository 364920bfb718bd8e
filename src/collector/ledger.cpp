#include "collector/ledger.hpp"

#include <algorithm>
#include <stdexcept>

namespace dtest::collector {

using protocol::Outcome;

void Ledger::add(base::ItemId id, const std::string& path, std::optional<double> expect_secs, bool in_part) {
  if (knows(id)) throw std::logic_error("item " + std::to_string(id.value) + " was planned before");
  if (id.value >= items_.size()) items_.resize(id.value + std::size_t{1});
  auto known = by_path_.find(path);
  if (known == by_path_.end()) {
    files_.push_back({path, 0});
    known = by_path_.emplace(files_.back().path, static_cast<std::uint32_t>(files_.size() - 1)).first;
  }
  Item& item = items_[id.value];
  item.known = true;
  item.in_part = in_part;
  item.file = known->second;
  if (expect_secs) item.expect_secs = static_cast<float>(*expect_secs);
  ++files_[item.file].open_items;
  ++items_added_;
  ++queued_;
}

bool Ledger::knows(base::ItemId item) const { return item.value < items_.size() && items_[item.value].known; }

const std::string& Ledger::path(base::ItemId item) const { return files_.at(items_.at(item.value).file).path; }

std::optional<double> Ledger::expect_secs(base::ItemId item) const {
  const float secs = items_.at(item.value).expect_secs;
  return secs < 0 ? std::nullopt : std::optional<double>(secs);
}

bool Ledger::is_queued(base::ItemId item) const {
  return knows(item) && !items_[item.value].settled && !items_[item.value].open;
}

Ledger::Item* Ledger::open(base::ItemId id, base::Attempt attempt) {
  if (!knows(id)) return nullptr;
  Item& item = items_[id.value];
  if (item.settled || attempt.value <= item.last_over) return nullptr;
  if (item.open && attempt.value < item.attempt) return nullptr;
  if (item.open && attempt.value > item.attempt) remember_cut_off(item);
  if (!item.open) {
    item.open = std::make_unique<AttemptAccount>(item.in_part);
    item.attempt = attempt.value;
    --queued_;
  }
  return &item;
}

std::unique_ptr<AttemptAccount> Ledger::drop_open(Item& item) {
  if (!item.open) return nullptr;
  provisional_ = provisional_ - item.open->counts();
  provisional_errors_ -= item.open->errors_outside();
  ++queued_;
  return std::move(item.open);
}

const AttemptAccount* Ledger::account(base::ItemId item) const {
  return knows(item) ? items_[item.value].open.get() : nullptr;
}

bool Ledger::start(base::ItemId item, base::Attempt attempt) { return open(item, attempt) != nullptr; }

Ledger::Listed Ledger::announce(const protocol::ExampleList& part) {
  Item* item = open(part.item, part.attempt);
  if (!item) return {true, {}};
  return {false, item->open->announce(part.examples, part.more)};
}

Taken Ledger::verdict(const protocol::Example& example, Status status) {
  Item* item = open(example.item, example.attempt);
  if (!item) return {.stale = true};
  Taken taken;
  taken.took = item->open->verdict({example.id, example.line, example.name}, status);
  taken.alone_on_line = item->open->alone_on_line(example.line);
  if (taken.took == AttemptAccount::Took::repeated) return taken;
  provisional_.add(status);
  taken.flaky = is_good(status) && item->past && item->past->suspects(example.id);
  return taken;
}

bool Ledger::error_outside(const protocol::OutsideError& error) {
  if (!error.item || !error.attempt) {
    ++errors_;
    return true;
  }
  Item* item = open(*error.item, *error.attempt);
  if (!item) return false;
  item->open->error_outside();
  ++provisional_errors_;
  return true;
}

Over Ledger::over(const protocol::ItemEnd& end, master::Decision decision) {
  Item* item = open(end.item, end.attempt);
  if (!item) return {.stale = true};
  const bool accepted = decision == master::Decision::accepted;
  Over over;
  item->last_over = end.attempt.value;
  if (accepted) {
    accept(*item, end, over);
    return over;
  }
  over.voided = true;
  remember(*item, end);
  drop_open(*item);
  if (decision == master::Decision::abandoned) {
    over.settled = true;
    over.last = item->past->last();
    over.file = give_up(*item, end.why, over.verdicts);
  }
  return over;
}

std::vector<std::string> Ledger::to_retry(const protocol::ItemEnd& end) const {
  std::vector<std::string> ids;
  if (!knows(end.item)) return ids;
  const Item& item = items_[end.item.value];
  if (!item.open || item.attempt != end.attempt.value) return ids;
  Settled verdicts = settle(*item.open, end);
  if (verdicts.own) return ids;
  for (const AttemptAccount::Entry& entry : item.open->entries())
    if (entry.status && is_bad(*entry.status)) ids.push_back(entry.example.id);
  for (const Closing& closing : verdicts.closings)
    if (closing.status != Status::crashed) ids.push_back(closing.example.id);
  return ids;
}

std::vector<Closing> Ledger::retry(const protocol::ItemEnd& end, const master::Retry& retry) {
  add(retry.next, path(retry.item));
  Item& before = items_[retry.item.value];
  Item& next = items_[retry.next.value];
  if (!before.handed) before.handed = std::make_unique<Handed>();
  before.handed->insert(retry.examples.begin(), retry.examples.end());
  next.retries = retry.number;
  next.past = std::make_unique<Past>();
  std::vector<Closing> held;
  for (const AttemptAccount::Entry& entry : before.open->entries())
    if (entry.status && before.handed->contains(entry.example.id))
      held.push_back({entry.example, *entry.status, "", before.open->alone_on_line(entry.example.line)});
  for (const Closing& closing : settle(*before.open, end).closings)
    if (before.handed->contains(closing.example.id)) held.push_back(closing);
  for (const Closing& closing : held) {
    next.past->retries(before.past.get(), closing);
    next.in_part = next.in_part || !closing.alone_on_line;
  }
  return held;
}

std::uint32_t Ledger::retries(base::ItemId item) const {
  return knows(item) ? items_[item.value].retries : 0;
}

// There will be no other attempt, and none was accepted.
std::optional<FileResult> Ledger::give_up(Item& item, const std::string& reason, Settled& verdicts) {
  verdicts = {};
  if (!item.past || !item.past->speaks()) {
    not_run(item, reason);
    return settle_item(item, nullptr);
  }
  const Past& past = *item.past;
  past.stand_in(nullptr, item.handed.get(), reason, verdicts);
  verdicts.own = past.own();
  FileResult result;
  for (const Closing& closing : verdicts.closings) count_closing(item, closing, result);
  if (verdicts.own) result.counts.add(verdicts.own->status);
  if (past.cut_off()) count_cut_off(item, reason, result);
  result.status = worst(result.counts);
  result.flaky = result.counts.flaky > 0;
  // How long it took is known of what ran to its end.
  if (const auto& last = past.last(); last && !past.cut_off() && last->outcome == Outcome::done)
    result.took = last->took, result.load = last->load, result.cpu = last->cpu, result.rss_kb = last->rss_kb;
  final_ = final_ + result.counts;
  return settle_item(item, &result);
}

void Ledger::remember(Item& item, const protocol::ItemEnd& end) {
  if (!item.past) item.past = std::make_unique<Past>();
  item.past->add(*item.open, end);
}

// Its attempt is open, and nobody will say how it ended.
void Ledger::remember_cut_off(Item& item) {
  if (!item.open) return;
  protocol::ItemEnd end;
  end.outcome = Outcome::stopped;
  remember(item, end);
  drop_open(item);
}

void Ledger::accept(Item& item, const protocol::ItemEnd& end, Over& over) {
  over.settled = true;
  over.verdicts = settle(*item.open, end);
  if (over.verdicts.nothing_ran) {
    over.voided = true;
    remember(item, end);
    drop_open(item);
    over.last = item.past->last();
    over.file = give_up(item, end.why, over.verdicts);
    return;
  }
  const bool stopped = end.outcome == Outcome::stopped || end.outcome == Outcome::returned;
  const std::string gone = stopped ? end.why : "announced by an earlier attempt, and not there in the one that counts";
  if (item.past) item.past->stand_in(item.open.get(), item.handed.get(), gone, over.verdicts);
  FileResult result;
  count(item, end, over.verdicts, result);
  drop_open(item);
  over.file = settle_item(item, &result);
}

void Ledger::count_closing(Item& item, const Closing& closing, FileResult& result) {
  if (item.handed && item.handed->contains(closing.example.id)) return;
  result.counts.add(closing.status);
  result.counts.flaky += closing.flaky ? 1 : 0;
  if (closing.status == Status::not_run)
    not_run_.push_back({files_[item.file].path, closing.example.id, closing.reason});
}

// That all its examples have a verdict does not say that nothing was to come: of what was cut off something was not run.
void Ledger::count_cut_off(Item& item, const std::string& reason, FileResult& result) {
  if (result.counts.not_run > 0) return;
  result.counts.add(Status::not_run);
  not_run_.push_back({files_[item.file].path, "", "cut off before its end: " + reason});
}

void Ledger::count(Item& item, const protocol::ItemEnd& end, Settled& verdicts, FileResult& result) {
  for (const AttemptAccount::Entry& entry : item.open->entries()) {
    if (!entry.status || (item.handed && item.handed->contains(entry.example.id))) continue;
    result.counts.add(*entry.status);
    if (is_good(*entry.status) && item.past && item.past->suspects(entry.example.id)) ++result.counts.flaky;
  }
  for (const Closing& closing : verdicts.closings) count_closing(item, closing, result);
  if (verdicts.own) result.counts.add(verdicts.own->status);
  if (end.outcome == Outcome::stopped || end.outcome == Outcome::returned) count_cut_off(item, end.why, result);
  result.status = worst(result.counts);
  if (item.open->errors_outside() > 0) result.status = worse(result.status, Status::error);
  errors_ += item.open->errors_outside();
  const bool recovered = item.past && item.past->own_failure() && !is_bad(result.status);
  result.flaky = result.counts.flaky > 0 || recovered;
  result.took = end.took, result.load = end.load, result.cpu = end.cpu, result.rss_kb = end.rss_kb;
  final_ = final_ + result.counts;
}

void Ledger::not_run(Item& item, const std::string& reason) {
  not_run_.push_back({files_[item.file].path, "", reason});
  ++files_[item.file].items_not_run;
  final_.add(Status::not_run);
}

std::optional<FileResult> Ledger::settle_item(Item& item, const FileResult* result) {
  item.settled = true;
  item.past.reset();
  item.handed.reset();
  ++items_settled_;
  --queued_;
  File& file = files_[item.file];
  auto part = parts_.find(item.file);
  if (result && part == parts_.end()) {
    part = parts_.emplace(item.file, *result).first;
  } else if (result) {
    FileResult& sum = part->second;
    sum.status = worse(sum.status, result->status);
    sum.counts = sum.counts + result->counts;
    sum.flaky = sum.flaky || result->flaky;
    sum.took += result->took, sum.load += result->load, sum.cpu += result->cpu;
    sum.rss_kb = std::max(sum.rss_kb, result->rss_kb);
  }
  if (--file.open_items > 0) return std::nullopt;
  ++files_done_;
  if (part == parts_.end()) return std::nullopt;
  FileResult sum = part->second;
  parts_.erase(part);
  for (std::uint32_t n = 0; n < file.items_not_run; ++n) sum.counts.add(Status::not_run);
  if (file.items_not_run > 0) sum.status = worse(sum.status, Status::not_run);
  if (sum.flaky) ++flaky_files_;
  return sum;
}

std::vector<Left> Ledger::close(const std::string& reason) {
  std::vector<Left> left;
  for (std::size_t id = 0; id < items_.size(); ++id) {
    Item& item = items_[id];
    if (!item.known || item.settled) continue;
    remember_cut_off(item);
    Left rest{base::ItemId(static_cast<std::uint32_t>(id)), {}, {}, std::nullopt};
    if (item.past && item.past->last()) rest.end = *item.past->last();
    rest.file = give_up(item, reason, rest.verdicts);
    if (rest.file || rest.verdicts.own || !rest.verdicts.closings.empty()) left.push_back(std::move(rest));
  }
  return left;
}

}  // namespace dtest::collector
