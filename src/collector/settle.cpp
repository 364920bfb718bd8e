#include "collector/settle.hpp"

namespace dtest::collector {
namespace {

using protocol::Outcome;

constexpr std::uint64_t Counts::*kFields[] = {&Counts::passed,  &Counts::failed,    &Counts::pending, &Counts::error,
                                              &Counts::crashed, &Counts::timed_out, &Counts::not_run, &Counts::flaky};

void close_rest(const AttemptAccount& account, Status status, const std::string& reason, Settled& out) {
  for (const AttemptAccount::Entry& entry : account.entries()) {
    if (entry.status) continue;
    out.closings.push_back({entry.example, status, reason, account.alone_on_line(entry.example.line)});
  }
}

Settled settle_done(const AttemptAccount& account) {
  Settled out;
  close_rest(account, Status::error, "announced, but no verdict came", out);
  if (!account.listed()) {
    out.own = {Status::error, "the runner never said which examples it would run"};
  } else if (!account.list_complete()) {
    out.own = {Status::error, "the list of its examples was cut short"};
  }
  return out;
}

// The runner died. The example that was running is to blame; without one, the file is.
Settled settle_dead(const AttemptAccount& account, const protocol::ItemEnd& end) {
  const bool hung = end.outcome == Outcome::timed_out;
  const Status status = hung ? Status::timed_out : Status::crashed;
  Settled out;
  close_rest(account, Status::not_run, hung ? "its file timed out" : "its runner crashed", out);
  const AttemptAccount::Entry* blamed = end.running ? account.find(*end.running) : nullptr;
  if (end.running && !blamed) {
    out.closings.push_back({{*end.running, 0, *end.running}, status, end.why});
  } else if (!blamed || blamed->status) {
    out.own = {status, end.why};
  } else {
    for (Closing& closing : out.closings) {
      if (closing.example.id == *end.running) closing.status = status, closing.reason = end.why;
    }
  }
  return out;
}

Settled settle_stopped(const AttemptAccount& account, const protocol::ItemEnd& end) {
  Settled out;
  out.nothing_ran = account.counts().total() == 0 && account.errors_outside() == 0;
  if (!out.nothing_ran) close_rest(account, Status::not_run, end.why, out);
  return out;
}

}  // namespace

Settled settle(const AttemptAccount& account, const protocol::ItemEnd& end) {
  switch (end.outcome) {
    case Outcome::done: return settle_done(account);
    case Outcome::crashed:
    case Outcome::timed_out: return settle_dead(account, end);
    case Outcome::returned:
    case Outcome::stopped: return settle_stopped(account, end);
    case Outcome::load_error: break;
  }
  Settled out;
  close_rest(account, Status::not_run, "its file did not load", out);
  out.own = {Status::error, end.exception ? end.exception->message : end.why};
  return out;
}

Status worse(Status a, Status b) {
  constexpr auto rank = [](Status s) {
    switch (s) {
      case Status::passed: return 0;
      case Status::pending: return 1;
      case Status::not_run: return 2;
      case Status::failed: return 3;
      case Status::error: return 4;
      case Status::timed_out: return 5;
      case Status::crashed: return 6;
    }
    return 4;
  };
  return rank(a) < rank(b) ? b : a;
}

Status worst(const Counts& counts) {
  if (counts.crashed > 0) return Status::crashed;
  if (counts.timed_out > 0) return Status::timed_out;
  if (counts.error > 0) return Status::error;
  if (counts.failed > 0) return Status::failed;
  if (counts.not_run > 0) return Status::not_run;
  return counts.pending > 0 ? Status::pending : Status::passed;
}

Counts operator+(const Counts& a, const Counts& b) {
  Counts sum = a;
  for (auto field : kFields) sum.*field += b.*field;
  return sum;
}

Counts operator-(const Counts& a, const Counts& b) {
  Counts rest = a;
  for (auto field : kFields) rest.*field -= b.*field;
  return rest;
}

}  // namespace dtest::collector
