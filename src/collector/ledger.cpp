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
  journal_.note(Said::planned, id, {}, hash_id(path));
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

void Ledger::drop_open(Item& item) {
  if (!item.open) return;
  provisional_ = provisional_ - item.open->counts();
  provisional_errors_ -= item.open->errors_outside();
  item.open.reset();
  ++queued_;
}

bool Ledger::start(base::ItemId item, base::Attempt attempt) { return open(item, attempt) != nullptr; }

Ledger::Listed Ledger::announce(const protocol::ExampleList& part) {
  Item* item = open(part.item, part.attempt);
  if (!item) return {true, {}};
  for (const protocol::ListedExample& example : part.examples) {
    journal_.note(Said::announced, part.item, part.attempt, hash_id(example.id));
  }
  if (!part.more) journal_.note(Said::listed, part.item, part.attempt);
  return {false, item->open->announce(part.examples, part.more)};
}

Taken Ledger::verdict(const protocol::Example& example, Status status) {
  Item* item = open(example.item, example.attempt);
  if (!item) return {.stale = true};
  journal_.note(Said::verdict, example.item, example.attempt, hash_id(example.id), static_cast<unsigned>(status));
  Taken taken;
  taken.took = item->open->verdict({example.id, example.line, example.name}, status);
  taken.alone_on_line = item->open->alone_on_line(example.line);
  if (taken.took == AttemptAccount::Took::repeated) return taken;
  provisional_.add(status);
  if (status == Status::passed && item->past) {
    const std::vector<std::string>& suspects = item->past->suspects;
    taken.flaky = std::find(suspects.begin(), suspects.end(), example.id) != suspects.end();
  }
  return taken;
}

bool Ledger::error_outside(const protocol::OutsideError& error) {
  if (!error.item || !error.attempt) {
    journal_.note(Said::outside, kNoItem);
    ++errors_;
    return true;
  }
  Item* item = open(*error.item, *error.attempt);
  if (!item) return false;
  journal_.note(Said::outside, *error.item, *error.attempt);
  item->open->error_outside();
  ++provisional_errors_;
  return true;
}

Over Ledger::over(const protocol::ItemEnd& end, master::Decision decision) {
  Item* item = open(end.item, end.attempt);
  if (!item) return {.stale = true};
  const bool accepted = decision == master::Decision::accepted;
  journal_.note(accepted ? Said::accepted : Said::voided, end.item, end.attempt, end.running ? hash_id(*end.running) : 0,
                static_cast<unsigned>(end.outcome));
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
    not_run(*item, end.why);
    over.file = settle_item(*item, nullptr);
  }
  return over;
}

void Ledger::remember(Item& item, const protocol::ItemEnd& end) {
  const bool died = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
  if (!item.past) item.past = std::make_unique<Past>();
  for (const AttemptAccount::Entry& entry : item.open->entries()) {
    if (entry.status && is_bad(*entry.status)) item.past->suspects.push_back(entry.example.id);
  }
  if (died && end.running) item.past->suspects.push_back(*end.running);
  item.past->crashed = item.past->crashed || (died && !end.running);
}

void Ledger::accept(Item& item, const protocol::ItemEnd& end, Over& over) {
  over.settled = true;
  over.verdicts = settle(*item.open, end);
  if (over.verdicts.nothing_ran) {
    over.voided = true;
    drop_open(item);
    not_run(item, end.why);
    over.file = settle_item(item, nullptr);
    return;
  }
  FileResult result;
  count(item, end, over.verdicts, result);
  drop_open(item);
  over.file = settle_item(item, &result);
}

void Ledger::count(Item& item, const protocol::ItemEnd& end, Settled& verdicts, FileResult& result) {
  result.counts = item.open->counts();
  for (const Closing& closing : verdicts.closings) {
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
  result.flaky = result.counts.flaky > 0 || (item.past && item.past->crashed && !is_bad(result.status));
  result.took = end.took, result.load = end.load, result.cpu = end.cpu, result.rss_kb = end.rss_kb;
  final_ = final_ + result.counts;
}

std::uint64_t Ledger::count_flaky(const Item& item) const {
  if (!item.past) return 0;
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

std::vector<std::pair<std::string, FileResult>> Ledger::close(const std::string& reason) {
  std::vector<std::pair<std::string, FileResult>> ended;
  for (Item& item : items_) {
    if (!item.known || item.settled) continue;
    drop_open(item);
    not_run(item, reason);
    std::optional<FileResult> file = settle_item(item, nullptr);
    if (file) ended.emplace_back(files_[item.file].path, *file);
  }
  return ended;
}

}  // namespace dtest::collector
