#include "collector/settled_news.hpp"

#include <utility>

#include "collector/rerun.hpp"

namespace dtest::collector {

using protocol::Outcome;

void SettledNews::told(const TestEnd& event) {
  if (is_bad(event.status)) bad_[event.path].insert_or_assign(event.id, event);
}

void SettledNews::keep(const Place& place, const protocol::ItemEnd& end) {
  const AttemptAccount* account = desk_.ledger.account(end.item);
  if (account == nullptr) return;
  for (const Closing& closing : settle(*account, end).closings)
    if (closing.status == Status::crashed || closing.status == Status::timed_out) told(test_end(place, end, closing));
}

void SettledNews::tell(const Place& place, const protocol::ItemEnd& end, const Settled& verdicts, base::Instant now) {
  for (const Closing& closing : verdicts.closings) {
    if (closing.status != Status::not_run) told_by_ledger(place, end, closing, now);
  }
  if (verdicts.own) own_failure(place, end, *verdicts.own, now);
}

// A verdict that stands after all, as it was given.
const TestEnd* SettledNews::told_before(const std::string& path, const Closing& closing) const {
  const auto file = bad_.find(path);
  if (file == bad_.end() || !closing.stands) return nullptr;
  const auto example = file->second.find(closing.example.id);
  return example != file->second.end() && example->second.status == closing.status ? &example->second : nullptr;
}

TestEnd SettledNews::test_end(const Place& place, const protocol::ItemEnd& end, const Closing& closing) const {
  TestEnd event;
  event.id = closing.example.id, event.path = desk_.ledger.path(end.item), event.line = closing.example.line;
  event.name = event.full_name = closing.example.name;
  event.status = closing.status;
  event.reason = closing.reason;
  event.place = place;
  event.uid = uid(desk_.framework, event.id);
  event.rerun = run_command(desk_.manner, {how_named({event.path, "", event.line, event.id, closing.alone_on_line})});
  const bool ended_in = closing.status == Status::crashed || closing.status == Status::timed_out;
  if (ended_in) event.output = output_of(end.output);
  event.item = end.item.value, event.attempt = end.attempt.value;
  event.retry = desk_.ledger.retries(end.item);
  return event;
}

// What stands is of no attempt that counts: 0.
void SettledNews::told_by_ledger(const Place& place, const protocol::ItemEnd& end, const Closing& closing,
                                 base::Instant now) {
  const TestEnd* before = told_before(desk_.ledger.path(end.item), closing);
  TestEnd event = before != nullptr ? *before : test_end(place, end, closing);
  event.item = end.item.value, event.attempt = closing.stands ? 0 : end.attempt.value;
  event.retry = desk_.ledger.retries(end.item);
  event.flaky = closing.flaky;
  event.failure = is_bad(event.status) ? desk_.next_failure() : 0;
  ++desk_.test_ends;
  desk_.stream.tell(std::move(event), now);
}

void SettledNews::own_failure(const Place& place, const protocol::ItemEnd& end, const OwnFailure& own,
                              base::Instant now) {
  const std::string& path = desk_.ledger.path(end.item);
  const std::uint32_t number = desk_.next_failure();
  if (end.outcome == Outcome::load_error) {
    Exception exception = end.exception.value_or(Exception{});
    if (!end.exception) exception.message = own.reason;
    desk_.stream.tell(FileLoadError{path, end.attempt.value, place, std::move(exception), number,
                                    end.item.value}, now);
    return;
  }
  FileEnd& kept = own_[path];
  kept.failure = number;
  kept.reason = own.reason;
  kept.output = output_of(end.output);
}

void SettledNews::file_end(FileEnd event, const FileResult& result, base::Instant now) {
  event.status = result.status;
  event.secs = base::seconds(result.took), event.load_secs = base::seconds(result.load);
  event.cpu_secs = base::seconds(result.cpu), event.rss_kb = result.rss_kb;
  event.counts = result.counts;
  event.flaky = result.flaky;
  if (auto own = own_.extract(event.path)) {
    event.failure = own.mapped().failure;
    event.reason = std::move(own.mapped().reason);
    event.output = std::move(own.mapped().output);
  }
  if (auto listed = announced_.extract(event.path)) event.announced = listed.mapped();
  ++desk_.file_ends;
  ++desk_.files_ended[event.place.node];
  bad_.erase(event.path);
  desk_.stream.tell(std::move(event), now);
}

}  // namespace dtest::collector
