#include "collector/file_news.hpp"

#include <fmt/format.h>

#include <utility>

#include "collector/rerun.hpp"

namespace dtest::collector {
namespace {

using protocol::Outcome;

// A runner may say only what a framework can; the rest is for the ledger to conclude.
Status status_of(const std::string& word) {
  if (word == "passed") return Status::passed;
  if (word == "failed") return Status::failed;
  return word == "pending" ? Status::pending : Status::error;
}

TestEnd test_end(const protocol::Example& body) {
  TestEnd event;
  event.id = body.id, event.line = body.line;
  event.name = body.description, event.full_name = body.name;
  event.tags = body.tags;
  event.status = status_of(body.status);
  event.item = body.item.value, event.attempt = body.attempt.value;
  event.secs = base::seconds(body.took), event.cpu_secs = base::seconds(body.cpu);
  event.pending_message = body.pending_message;
  event.exceptions = body.exceptions;
  event.output = {body.output.data, body.output_total};
  return event;
}

constexpr const char* kDoubted = "failed like other files of its runner";

// The outcomes speak for themselves where the node says nothing.
std::string why(const protocol::ItemEnd& end) {
  if (!end.why.empty()) return end.why;
  switch (end.outcome) {
    case Outcome::done: return "done";
    case Outcome::load_error: return "it did not load";
    case Outcome::crashed: return "its runner crashed";
    case Outcome::timed_out: return "timed out";
    case Outcome::returned: return "given back before it began";
    case Outcome::stopped: break;
  }
  return "stopped";
}

}  // namespace

Place FileNews::place(const std::string& node, base::ItemId item) const {
  const Flight* flight = desk_.roster.flight(item);
  if (flight) return flight->place;
  auto held = held_.find(item);
  return held == held_.end() ? Place{node, 0} : held->second;
}

// By the attempt that is open.
std::uint64_t FileNews::announced(base::ItemId item) const {
  const AttemptAccount* account = desk_.ledger.account(item);
  return account == nullptr ? 0 : account->announced();
}

void FileNews::late(const std::string& node, const std::string& what, base::ItemId item, base::Attempt attempt,
                    base::Instant now) {
  const std::string file = desk_.ledger.knows(item) ? desk_.ledger.path(item) : fmt::format("item {}", item.value);
  desk_.note("info", fmt::format("{} came late and changes nothing: {}, attempt {}", what, file, attempt.value), node,
             now);
}

void FileNews::start(const std::string& node, const protocol::ItemStart& body, base::Instant now) {
  const Flight* flight = desk_.roster.flight(body.item);
  if (flight && flight->attempt == body.attempt) return;
  const std::uint64_t before = announced(body.item);
  if (!desk_.ledger.start(body.item, body.attempt)) return late(node, "a start", body.item, body.attempt, now);
  const std::string& path = desk_.ledger.path(body.item);
  if (flight) {
    desk_.stream.tell(FileRequeue{path, flight->attempt.value, flight->place, "a later attempt began", body.item.value,
                                  true, before}, now);
  }
  const Place place{node, body.slot.value};
  desk_.roster.took_off(body.item, {body.attempt, place, now});
  RunnerRecord& runner = desk_.roster.runner(place, now);
  runner.path = path;
  runner.last_test.clear();
  desk_.meter.queued(desk_.ledger.queued(), now);
  desk_.meter.file_began(place, now);
  ++desk_.file_starts;
  desk_.stream.tell(FileStart{path, body.attempt.value, place, desk_.ledger.expect_secs(body.item), ++runner.position,
                              body.item.value}, now);
}

void FileNews::list(const std::string& node, const protocol::ExampleList& body, base::Instant now) {
  Ledger::Listed listed = desk_.ledger.announce(body);
  if (listed.stale) return late(node, "a list of examples", body.item, body.attempt, now);
  for (const std::string& id : listed.twice) {
    desk_.note("warn", fmt::format("{} was announced twice and counts once", id), node, now);
  }
}

void FileNews::example(const std::string& node, const protocol::Example& body, base::Instant now) {
  TestEnd event = test_end(body);
  Taken taken = desk_.ledger.verdict(body, event.status);
  if (taken.stale) return late(node, fmt::format("a verdict of {}", body.id), body.item, body.attempt, now);
  if (taken.took == AttemptAccount::Took::repeated) {
    return desk_.note("warn", fmt::format("a second verdict of {} was refused: the first stands", body.id), node, now);
  }
  if (taken.took == AttemptAccount::Took::unannounced) {
    desk_.note("warn", fmt::format("{} was not announced; its verdict counts all the same", body.id), node, now);
  }
  desk_.meter.example_began(now - body.took);
  const std::string& file = desk_.ledger.path(body.item);
  event.place = place(node, body.item);
  desk_.roster.runner(event.place, now).last_test = body.id;
  event.path = file;
  if (!body.path.empty() && body.path != file) event.line = 0;  // a shared example's line is another file's
  event.uid = uid(desk_.framework, body.id);
  event.flaky = taken.flaky;
  event.retry = desk_.ledger.retries(body.item);
  if (event.flaky || is_bad(event.status))
    event.rerun = run_command(desk_.manner, {how_named({file, body.path, body.line, body.id, taken.alone_on_line})});
  if (is_bad(event.status)) event.failure = desk_.next_failure();
  settled_.told(event);
  ++desk_.test_ends;
  desk_.stream.tell(std::move(event), now);
}

void FileNews::outside(const std::string& node, const protocol::OutsideError& body, base::Instant now) {
  if (!desk_.ledger.error_outside(body)) {
    return late(node, "an error outside the examples", *body.item, *body.attempt, now);
  }
  TestError event;
  event.place = {node, body.by ? body.by->value : base::kBootSlot.value};
  if (body.item && body.attempt) {  // half of a name is nobody's
    event.path = desk_.ledger.path(*body.item);
    event.place = place(node, *body.item);
    event.item = body.item->value;
    event.attempt = body.attempt->value;
  }
  event.where = body.where;
  event.exception = body.exception;
  event.output = output_of(body.output);
  event.failure = desk_.next_failure();
  desk_.stream.tell(std::move(event), now);
}

void FileNews::held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) {
  if (desk_.roster.flight(end.item) == nullptr) return;
  const Place place = held_[end.item] = this->place(node, end.item);
  desk_.meter.file_ended(place, end.took, now);
  desk_.roster.landed(end.item);
}

void FileNews::over(const std::string& node, const protocol::ItemEnd& raw, master::Decision decision,
                    base::Instant now) {
  protocol::ItemEnd end = raw;
  end.why = why_ended(raw);
  const Place place = this->place(node, end.item);
  const Flight* flight = desk_.roster.flight(end.item);
  const std::uint64_t listed = flight && flight->attempt != end.attempt ? 0 : announced(end.item);
  const bool flew = flight && flight->attempt <= end.attempt;
  if (decision != master::Decision::accepted) settled_.keep(place, end);
  const Over over = desk_.ledger.over(end, decision);
  held_.erase(end.item);
  if (over.stale) return late(node, "an end", end.item, end.attempt, now);
  if (flew) {
    if (end.running) desk_.roster.runner(place, now).last_test = *end.running;
    desk_.meter.file_ended(place, end.took, now);
    desk_.roster.landed(end.item);
  }
  desk_.meter.queued(desk_.ledger.queued(), now);
  const std::string path = desk_.ledger.path(end.item);
  if (over.voided && (flew || !over.settled)) {
    if (end.outcome == Outcome::load_error) settled_.own_failure(place, end, {Status::error, end.why}, now);
    const std::string reason = decision == master::Decision::doubted ? kDoubted : end.why;
    const bool died = end.outcome == Outcome::crashed || end.outcome == Outcome::timed_out;
    desk_.stream.tell(FileRequeue{path, end.attempt.value, place, reason, end.item.value, !over.settled, listed,
                                  died ? end.running.value_or("") : ""}, now);
  }
  if (!over.voided) settled_.announced(path, listed);
  if (over.last) end = *over.last;
  // What stands of attempts that are void belongs to none of them.
  if (over.voided) end.attempt = base::Attempt(0);
  settled_.tell(place, end, over.verdicts, now);
  tell_retries(place, now);
  if (!over.file) return;
  FileEnd event;
  event.path = path, event.item = raw.item.value, event.place = place;
  event.attempt = over.last ? over.last->attempt.value : raw.attempt.value;
  settled_.file_end(std::move(event), *over.file, now);
}

// Who stops a run is told one reason for all that was not run, wherever it waited.
std::string FileNews::why_ended(const protocol::ItemEnd& end) const {
  if (end.outcome == Outcome::stopped && !desk_.killed.empty()) return why_killed(end);
  return end.outcome == Outcome::returned && !desk_.cancelled.empty() ? desk_.cancelled : why(end);
}

// The example that was running is named, as it is where one hangs: it may be why the run was killed.
std::string FileNews::why_killed(const protocol::ItemEnd& end) const {
  if (!end.running) return desk_.killed;
  const std::string& path = desk_.ledger.path(end.item);
  const AttemptAccount* account = desk_.ledger.account(end.item);
  const AttemptAccount::Entry* entry = account == nullptr ? nullptr : account->find(*end.running);
  if (entry == nullptr) return fmt::format("{} was running when {}", *end.running, desk_.killed);
  const protocol::ListedExample& example = entry->example;
  const Whereabouts where{path, "", example.line, example.id, account->alone_on_line(example.line)};
  return fmt::format("{} ({}) was running when {}", example.name, how_named(where), desk_.killed);
}

std::vector<std::string> FileNews::to_retry(const protocol::ItemEnd& raw) const {
  protocol::ItemEnd end = raw;
  end.why = why(raw);
  return desk_.ledger.to_retry(end);
}

void FileNews::retry(const protocol::ItemEnd& raw, const master::Retry& retry) {
  protocol::ItemEnd end = raw;
  end.why = why(raw);
  TestRetry event;
  event.item = retry.item.value, event.attempt = retry.attempt.value, event.next = retry.next.value;
  event.retry = retry.number, event.retries = retry.most;
  event.path = desk_.ledger.path(retry.item);
  for (const Closing& closing : desk_.ledger.retry(end, retry)) {
    event.id = closing.example.id, event.line = closing.example.line;
    event.status = closing.status;
    retries_.push_back(event);
  }
}

// After the verdicts that they void.
void FileNews::tell_retries(const Place& place, base::Instant now) {
  for (TestRetry& event : retries_) {
    event.place = place;
    desk_.stream.tell(std::move(event), now);
  }
  retries_.clear();
}

void FileNews::close(const std::string& reason, base::Instant now) {
  const auto flights = desk_.roster.flights();
  for (const auto& [item, flight] : flights) {
    desk_.stream.tell(
        FileRequeue{desk_.ledger.path(item), flight.attempt.value, flight.place, reason, item.value, false,
                    announced(item)}, now);
    desk_.roster.landed(item);
  }
  for (const Left& left : desk_.ledger.close(reason)) {
    protocol::ItemEnd end = left.end;
    end.item = left.item, end.attempt = base::Attempt(0);
    settled_.tell({}, end, left.verdicts, now);
    if (!left.file) continue;
    FileEnd event;
    event.path = desk_.ledger.path(left.item), event.item = left.item.value;
    if (left.end.attempt.value > 0) event.attempt = left.end.attempt.value;
    settled_.file_end(std::move(event), *left.file, now);
  }
}

}  // namespace dtest::collector
