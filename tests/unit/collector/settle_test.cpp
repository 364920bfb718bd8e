#include "collector/settle.hpp"

#include <gtest/gtest.h>

namespace dtest::collector {
namespace {

using protocol::Outcome;

AttemptAccount three(bool more = false) {
  AttemptAccount account;
  account.announce({{"a", 1, "A"}, {"b", 2, "B"}, {"c", 3, "C"}}, more);
  account.verdict({"a", 1, "A"}, Status::passed);
  return account;
}

protocol::ItemEnd end_of(Outcome outcome, std::optional<std::string> running = {}) {
  protocol::ItemEnd end;
  end.outcome = outcome;
  end.why = "why";
  end.running = std::move(running);
  return end;
}

std::vector<Status> statuses(const Settled& settled) {
  std::vector<Status> list;
  for (const Closing& closing : settled.closings) list.push_back(closing.status);
  return list;
}

TEST(Settle, AMissingVerdictOfADoneAttemptIsAnError) {
  Settled settled = settle(three(), end_of(Outcome::done));
  EXPECT_EQ(statuses(settled), (std::vector<Status>{Status::error, Status::error}));
  EXPECT_FALSE(settled.own);
}

TEST(Settle, DoneNeedsACompleteList) {
  EXPECT_EQ(settle(AttemptAccount{}, end_of(Outcome::done)).own->status, Status::error);
  EXPECT_EQ(settle(three(true), end_of(Outcome::done)).own->reason, "the list of its examples was cut short");
  AttemptAccount empty;
  empty.announce({}, false);
  EXPECT_FALSE(settle(empty, end_of(Outcome::done)).own);
}

TEST(Settle, ACrashBlamesTheRunningExample) {
  Settled settled = settle(three(), end_of(Outcome::crashed, "b"));
  EXPECT_EQ(statuses(settled), (std::vector<Status>{Status::crashed, Status::not_run}));
  EXPECT_EQ(settled.closings[0].reason, "why");
  EXPECT_FALSE(settled.own);
  EXPECT_EQ(statuses(settle(three(), end_of(Outcome::timed_out, "c"))),
            (std::vector<Status>{Status::not_run, Status::timed_out}));
}

TEST(Settle, ACrashWithoutARunningExampleIsTheFiles) {
  EXPECT_EQ(settle(AttemptAccount{}, end_of(Outcome::timed_out)).own->status, Status::timed_out);
  EXPECT_EQ(settle(three(), end_of(Outcome::crashed)).own->status, Status::crashed);
  // It was over already: something behind it crashed.
  EXPECT_EQ(settle(three(), end_of(Outcome::crashed, "a")).own->status, Status::crashed);
}

TEST(Settle, ACrashInAnExampleThatWasNeverAnnounced) {
  Settled settled = settle(three(), end_of(Outcome::crashed, "z"));
  EXPECT_EQ(statuses(settled), (std::vector<Status>{Status::not_run, Status::not_run, Status::crashed}));
}

TEST(Settle, ALoadErrorIsTheFiles) {
  protocol::ItemEnd end = end_of(Outcome::load_error);
  end.exception.emplace().message = "no such constant";
  Settled settled = settle(AttemptAccount{}, end);
  EXPECT_EQ(settled.own->status, Status::error);
  EXPECT_EQ(settled.own->reason, "no such constant");
}

TEST(Settle, AStopKeepsWhatWasDone) {
  EXPECT_EQ(statuses(settle(three(), end_of(Outcome::stopped))),
            (std::vector<Status>{Status::not_run, Status::not_run}));
  EXPECT_TRUE(settle(AttemptAccount{}, end_of(Outcome::stopped)).nothing_ran);
  EXPECT_TRUE(settle(AttemptAccount{}, end_of(Outcome::returned)).nothing_ran);
}

TEST(Settle, TheWorst) {
  EXPECT_EQ(worst({}), Status::passed);
  Counts counts;
  for (Status s : {Status::passed, Status::pending, Status::not_run, Status::failed, Status::error, Status::timed_out,
                   Status::crashed}) {
    counts.add(s);
    EXPECT_EQ(worst(counts), s);
    EXPECT_EQ(worse(Status::passed, s), s);
    EXPECT_EQ(worse(s, Status::crashed), Status::crashed);
  }
}

}  // namespace
}  // namespace dtest::collector
