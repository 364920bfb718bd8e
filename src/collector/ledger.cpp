#include "collector/ledger.hpp"

#include <algorithm>
#include <stdexcept>

namespace dtest::collector {

using protocol::Outcome;

void Ledger::add(base::ItemId id, const std::string& path, std::optional<double> expect_secs) {
  if (knows(id)) throw std::logic_error("item " + std::to_string(id.value) + " was planned before");
  if (id.value >= items_.size()) items_.resize(id.value + std::size_t{1});
  auto known = by_path_.find(path);
  if (known == by_path_.end()) {
    files_.push_back({path, 0});
    known = by_path_.emplace(files_.back().path, static_cast<std::uint32_t>(files_.size() - 1)).first;
  }
  Item& item = items_[id.value];
  item.known = true;
  item.file = known->second;
  if (expect_secs) item.expect_secs = static_cast<float>(*expect_secs);
  ++files_[item.file].open_items;
  ++items_added_;
  ++queued_;
}

bool Ledger::Past::suspects_of(const std::string& example) const {
  return unloaded || std::find(suspects.begin(), suspects.end(), example) != suspects.end();
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
  if (item.open && attempt.value > item.attempt) drop_open(item);
  if (!item.open) {
    item.open = std::make_unique<AttemptAccount>();
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
  taken.flaky = status == Status::passed && item->past && item->past->suspects_of(example.id);
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
  std::unique_ptr<AttemptAccount> account = drop_open(*item);
  // What the master doubts has ended by itself, bad, and without an error outside its examples.
  const bool bad = end.outcome == Outcome::load_error || (end.outcome == Outcome::done && account->counts().bad() > 0);
  const bool whole = bad && account->errors_outside() == 0;
  if (decision == master::Decision::doubted && whole)
    item->reserve = std::make_unique<Reserve>(Reserve{std::move(account), end});
  if (decision == master::Decision::abandoned) {
    over.settled = true;
    if (item->reserve) over.reserve = item->reserve->end;
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
  for (const Closing& closing : verdicts.closings) ids.push_back(closing.example.id);
  return ids;
}

std::vector<Closing> Ledger::retry(const protocol::ItemEnd& end, const master::Retry& retry) {
  add(retry.next, path(retry.item));
  Item& before = items_[retry.item.value];
  Item& next = items_[retry.next.value];
  if (!before.retried) before.retried = std::make_unique<Retried>();
  before.retried->handed.insert(retry.examples.begin(), retry.examples.end());
  next.retried = std::make_unique<Retried>();
  next.retries = retry.number;
  next.past = std::make_unique<Past>();
  std::vector<Closing>& held = next.retried->held;
  for (const AttemptAccount::Entry& entry : before.open->entries())
    if (entry.status && before.retried->handed.contains(entry.example.id))
      held.push_back({entry.example, *entry.status, "", before.open->alone_on_line(entry.example.line)});
  Settled verdicts = settle(*before.open, end);
  stand_in(before, verdicts);  // of a retry of a retry: what it was at first
  for (const Closing& closing : verdicts.closings)
    if (before.retried->handed.contains(closing.example.id)) held.push_back(closing);
  for (const Closing& closing : held)
    if (is_bad(closing.status)) next.past->suspects.push_back(closing.example.id);
  return held;
}

std::uint32_t Ledger::retries(base::ItemId item) const {
  return knows(item) ? items_[item.value].retries : 0;
}

// Of a retry: what no runner gave a verdict keeps the one that it had.
void Ledger::stand_in(const Item& item, Settled& verdicts) const {
  if (!item.retried) return;
  for (const Closing& held : item.retried->held) {
    const AttemptAccount::Entry* entry = item.open ? item.open->find(held.example.id) : nullptr;
    if (entry && entry->status) continue;
    auto at = std::find_if(verdicts.closings.begin(), verdicts.closings.end(),
                           [&](const Closing& closing) { return closing.example.id == held.example.id; });
    if (at == verdicts.closings.end()) verdicts.closings.push_back(held);
    else if (at->status == Status::not_run) *at = held;
  }
  if (!item.retried->held.empty()) verdicts.nothing_ran = false;
}

// There will be no other attempt, and none was accepted.
std::optional<FileResult> Ledger::give_up(Item& item, const std::string& reason, Settled& verdicts) {
  if (item.reserve) {
    FileResult result = take_reserve(item, verdicts);
    return settle_item(item, &result);
  }
  stand_in(item, verdicts);
  if (verdicts.closings.empty()) {
    not_run(item, reason);
    return settle_item(item, nullptr);
  }
  FileResult result;
  for (const Closing& closing : verdicts.closings) {
    result.counts.add(closing.status);
    if (closing.status == Status::not_run)
      not_run_.push_back({files_[item.file].path, closing.example.id, closing.reason});
  }
  result.status = worst(result.counts);
  final_ = final_ + result.counts;
  return settle_item(item, &result);
}

// What the doubted attempt said counts after all; each verdict of it is told once more, for the first telling is void.
FileResult Ledger::take_reserve(Item& item, Settled& verdicts) {
  item.open = std::move(item.reserve->account);
  item.past.reset();
  verdicts = settle(*item.open, item.reserve->end);
  FileResult result;
  count(item, item.reserve->end, verdicts, result);
  for (const AttemptAccount::Entry& entry : item.open->entries())
    if (entry.status)
      verdicts.closings.push_back({entry.example, *entry.status, "", item.open->alone_on_line(entry.example.line)});
  item.open.reset();
  return result;
}

void Ledger::remember(Item& item, const protocol::ItemEnd& end) {
  const bool died = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
  if (!item.past) item.past = std::make_unique<Past>();
  for (const AttemptAccount::Entry& entry : item.open->entries()) {
    if (entry.status && is_bad(*entry.status)) item.past->suspects.push_back(entry.example.id);
  }
  if (died && end.running) item.past->suspects.push_back(*end.running);
  item.past->unloaded = item.past->unloaded || end.outcome == Outcome::load_error;
  item.past->own = item.past->own || (died && !end.running) || item.past->unloaded;
}

void Ledger::accept(Item& item, const protocol::ItemEnd& end, Over& over) {
  over.settled = true;
  over.verdicts = settle(*item.open, end);
  stand_in(item, over.verdicts);
  if (over.verdicts.nothing_ran) {
    over.voided = true;
    drop_open(item);
    if (item.reserve) over.reserve = item.reserve->end;
    over.file = give_up(item, end.why, over.verdicts);
    return;
  }
  FileResult result;
  count(item, end, over.verdicts, result);
  drop_open(item);
  over.file = settle_item(item, &result);
}

void Ledger::count(Item& item, const protocol::ItemEnd& end, Settled& verdicts, FileResult& result) {
  const auto counts = [&](const std::string& id) { return !item.retried || !item.retried->handed.contains(id); };
  for (const AttemptAccount::Entry& entry : item.open->entries())
    if (entry.status && counts(entry.example.id)) result.counts.add(*entry.status);
  for (const Closing& closing : verdicts.closings) {
    if (!counts(closing.example.id)) continue;
    result.counts.add(closing.status);
    if (closing.status == Status::not_run) {
      not_run_.push_back({files_[item.file].path, closing.example.id, closing.reason});
    }
  }
  if (verdicts.own) result.counts.add(verdicts.own->status);
  result.status = worst(result.counts);
  if (item.open->errors_outside() > 0) result.status = worse(result.status, Status::error);
  errors_ += item.open->errors_outside();
  result.counts.flaky = count_flaky(item);
  result.flaky = result.counts.flaky > 0 || (item.past && item.past->own && !is_bad(result.status));
  result.took = end.took, result.load = end.load, result.cpu = end.cpu, result.rss_kb = end.rss_kb;
  final_ = final_ + result.counts;
}

std::uint64_t Ledger::count_flaky(const Item& item) const {
  if (!item.past) return 0;
  if (item.past->unloaded) return item.open->counts().passed;
  std::vector<std::string> suspects = item.past->suspects;
  std::sort(suspects.begin(), suspects.end());
  suspects.erase(std::unique(suspects.begin(), suspects.end()), suspects.end());
  return static_cast<std::uint64_t>(std::count_if(suspects.begin(), suspects.end(), [&](const std::string& id) {
    const AttemptAccount::Entry* entry = item.open->find(id);
    return entry && entry->status == Status::passed;
  }));
}

void Ledger::not_run(Item& item, const std::string& reason) {
  not_run_.push_back({files_[item.file].path, "", reason});
  ++files_[item.file].items_not_run;
  final_.add(Status::not_run);
}

std::optional<FileResult> Ledger::settle_item(Item& item, const FileResult* result) {
  item.settled = true;
  item.past.reset();
  item.retried.reset();
  item.reserve.reset();
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
    drop_open(item);
    Left rest{base::ItemId(static_cast<std::uint32_t>(id)), {}, {}, std::nullopt};
    if (item.reserve) rest.end = item.reserve->end;
    rest.file = give_up(item, reason, rest.verdicts);
    if (rest.file || rest.verdicts.own || !rest.verdicts.closings.empty()) left.push_back(std::move(rest));
  }
  return left;
}

}  // namespace dtest::collector
