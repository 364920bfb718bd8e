#include "collector/account_check.hpp"

#include <fmt/format.h>

#include "collector/account_past.hpp"
#include "collector/account_sums.hpp"

namespace dtest::collector {
namespace {

// Of what may be anything.
std::string text_in(const nlohmann::json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string try_name(std::uint64_t item, std::uint64_t attempt) {
  return fmt::format("attempt {} at item {}", attempt, item);
}

}  // namespace

void AccountCheck::take(const StoredEvent& event) {
  const std::string& kind = event.kind();
  if (kind == "run.plan") plan(event);
  else if (kind == "file.start") start(event);
  else if (kind == "test.end") verdict(event);
  else if (kind == "test.retry") retry(event);
  else if (kind == "test.error") outside(event);
  else if (kind == "file.load_error") load_error(event);
  else if (kind == "file.requeue") requeue(event);
  else if (kind == "file.end") file_end(event);
  else if (kind == "run.end") run_end(event);
}

void AccountCheck::plan(const StoredEvent& event) {
  if (planned_) return event.bad("a second run.plan");
  planned_ = true;
  for (const auto& file : event.list("files")) {
    const std::string path = file.is_object() ? text_in(file, "path") : "";
    if (path.empty()) event.bad("a planned file has no path");
    else if (!files_.try_emplace(path).second) event.bad(fmt::format("{} is planned twice", path));
  }
}

void AccountCheck::start(const StoredEvent& event) {
  const std::string path = event.text("path");
  const std::uint64_t item = event.number_if_any("item"), attempt = event.number("attempt");
  auto file = files_.find(path);
  if (file == files_.end()) event.bad(fmt::format("{} was not planned", path));
  else if (file->second.ended_at > 0) event.bad(fmt::format("{} ended in line {}", path, file->second.ended_at));
  for (auto before = tries_.lower_bound({item, 1}); before != tries_.end() && before->first.first == item; ++before) {
    if (before->first.second >= attempt)
      event.bad(fmt::format("{} began after attempt {}", try_name(item, attempt), before->first.second));
    else if (before->second.state != TryRecord::State::voided)
      event.bad(fmt::format("{} began, and that of line {} is not void", try_name(item, attempt), before->second.line));
    else if (!before->second.again)
      event.bad(fmt::format("{} began, though none was to follow", try_name(item, attempt)));
    if (before->second.path != path) event.bad(fmt::format("item {} is a part of {}", item, before->second.path));
  }
  auto [record, fresh] = tries_.try_emplace({item, attempt});
  if (!fresh) return;
  record->second.line = event.line();
  record->second.path = path;
  if (file != files_.end()) file->second.tries.push_back(record->first);
}

// The try that an event belongs to, if it is one that can still be told of.
TryRecord* AccountCheck::open_try(const StoredEvent& event) {
  const std::uint64_t item = event.number_if_any("item"), attempt = event.number("attempt");
  const std::string path = event.text("path");
  auto found = tries_.find({item, attempt});
  if (found == tries_.end() && attempt == 0) {
    found = tries_.emplace(TryKey{item, 0}, TryRecord{}).first;
    found->second.path = path;
    found->second.line = event.line();
  } else if (found == tries_.end()) {
    event.bad(fmt::format("{} of {}, which never began", event.kind(), try_name(item, attempt)));
    return nullptr;
  }
  TryRecord& record = found->second;
  if (record.path != path)
    event.bad(fmt::format("{} of {} names {}, not {}", event.kind(), try_name(item, attempt), path, record.path));
  if (record.state == TryRecord::State::open) return &record;
  const bool is_void = record.state == TryRecord::State::voided;
  event.bad(fmt::format("{} of {}, which {}", event.kind(), try_name(item, attempt),
                        is_void ? "is void" : "has been accepted"));
  return nullptr;
}

void AccountCheck::failure(const StoredEvent& event, bool expected) {
  const std::uint64_t number = event.number_if_any("failure");
  if (expected && number == 0) event.bad(fmt::format("{} is bad and has no number of a failure", event.kind()));
  if (!expected && number > 0) event.bad(fmt::format("{} has the number of a failure and is none", event.kind()));
  if (number > 0 && !failures_.insert(number).second)
    event.bad(fmt::format("failure {} has been told before", number));
}

void AccountCheck::verdict(const StoredEvent& event) {
  const std::size_t word = Tally::index(event.text("status"));
  failure(event, Tally::is_bad(word));
  const std::string id = event.text("id");
  TryRecord* record = open_try(event);
  if (record == nullptr) return;
  if (!record->verdicts.try_emplace(id, TryRecord::Verdict{word, event.flag_if_any("flaky")}).second)
    event.bad(fmt::format("a second verdict of {} in one attempt", id));
}

void AccountCheck::retry(const StoredEvent& event) {
  const std::string id = event.text("id"), status = event.text("status");
  const TryKey from{event.number_if_any("item"), event.number("attempt")};
  auto kept = retries_.emplace(event.number("next"), RetryRecord{event.line(), from, event.text("path"), id});
  TryRecord* record = open_try(event);
  if (record == nullptr) return;
  auto found = record->verdicts.find(id);
  kept->second.untold = found == record->verdicts.end();
  if (kept->second.untold) {
    if (status != "not_run") event.bad(fmt::format("{} is retried, and its verdict was never told", id));
    return;
  }
  found->second.retried = true;
  if (const std::string_view was = Tally::kWords[found->second.word]; status != was)
    event.bad(fmt::format("{} is retried because it was {}, and its verdict was {}", id, status, was));
}

void AccountCheck::outside(const StoredEvent& event) {
  failure(event, true);
  if (event.number("attempt") == 0) {
    ++errors_outside_;
    return;
  }
  if (TryRecord* record = open_try(event)) ++record->errors_outside;
}

void AccountCheck::load_error(const StoredEvent& event) {
  failure(event, true);
  if (TryRecord* record = open_try(event)) ++record->load_errors;
}

// Also of a try that was sent to a node and never began there.
void AccountCheck::requeue(const StoredEvent& event) {
  const TryKey key{event.number_if_any("item"), event.number("attempt")};
  if (!tries_.contains(key)) start(event);
  TryRecord* record = open_try(event);
  if (record == nullptr) return;
  record->state = TryRecord::State::voided;
  record->again = event.flag_if_any("again");
  record->announced = event.number_if_any("announced");
  record->running = event.text_if_any("running");
}

void AccountCheck::read_counts(const StoredEvent& event, Tally& tally) const {
  const auto& counts = event.object("counts");
  auto read = [&](std::string_view word) -> std::uint64_t {
    auto found = counts.find(word);
    if (found != counts.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    event.bad(fmt::format("the counts of {} have no number of '{}'", event.kind(), word));
    return 0;
  };
  for (std::string_view word : Tally::kWords) tally[word] = read(word);
  tally.flaky = read("flaky");
}

void AccountCheck::file_end(const StoredEvent& event) {
  const std::string path = event.text("path");
  auto file = files_.find(path);
  if (file == files_.end()) {
    event.bad(fmt::format("{} ended and was not planned", path));
    return;
  }
  if (file->second.ended_at > 0) event.bad(fmt::format("{} ended before, in line {}", path, file->second.ended_at));
  file->second.ended_at = event.line();
  read_counts(event, file->second.told);
  file->second.status = event.text("status");
  file->second.last = {event.number_if_any("item"), event.number("attempt")};
  file->second.own_failure = event.number_if_any("failure") > 0;
  file->second.announced = event.number_if_any("announced");
  failure(event, file->second.own_failure);
  for (const TryKey& key : file->second.tries)
    if (TryRecord& record = tries_[key]; record.state == TryRecord::State::open)
      record.state = TryRecord::State::accepted;
}

void AccountCheck::run_end(const StoredEvent& event) {
  end_line_ = event.line();
  read_counts(event, told_);
  told_files_ = event.number("files");
  told_outside_ = event.number_if_any("errors_outside");
  for (const auto& entry : event.list("not_run")) {
    const std::string path = entry.is_object() ? text_in(entry, "path") : "";
    const std::string id = entry.is_object() ? text_in(entry, "id") : "";
    auto file = files_.find(path);
    if (file == files_.end()) event.bad(fmt::format("'{}' is told as not run and was not planned", path));
    else if (id.empty()) ++file->second.whole_not_run;
    else ++file->second.examples_not_run, file->second.ids_not_run.insert(id);
  }
  check_verdict(event);
}

void AccountCheck::check_verdict(const StoredEvent& event) const {
  const std::string verdict = event.text("verdict");
  const std::uint64_t code = event.number("exit_code");
  const std::uint64_t bad = told_.number[1] + told_.number[3] + told_.number[4] + told_.number[5] + told_outside_;
  const std::uint64_t undone = told_.number[6];
  const auto fits = [&] {
    if (verdict == "passed") return (code == 0 || code == 73) && bad == 0 && undone == 0;
    if (verdict == "failed") return code == 1 && (bad > 0 || told_.flaky > 0 || undone > 0 || files() > 0);
    if (verdict == "incomplete") return code == 3 && bad == 0 && (undone > 0 || !planned_);
    if (verdict == "nothing") return code == 4 && files() == 0;
    if (verdict == "cancelled") return code == 130 || code == 143;
    // 1: the project's own code could not be loaded.
    return verdict == "error" && (code == 1 || (code >= 64 && code < 130));
  };
  if (!fits()) event.bad(fmt::format("the verdict '{}' and exit code {} do not fit the counts", verdict, code));
}

void AccountCheck::finish(Violations& violations) const {
  if (end_line_ == 0) return;
  const AccountSums sums{files_, tries_, retries_, violations};
  sums.check_outcomes();
  AccountPast{files_, tries_, retries_, violations}.check();
  sums.check_retries();
  sums.check_files();
  sums.check_run(end_line_, {told_, told_files_, told_outside_, errors_outside_});
}

}  // namespace dtest::collector
