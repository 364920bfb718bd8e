// What the circuit breaker holds and doubts: one verdict each in the end, and the audit agrees.
#include <gtest/gtest.h>

#include "script.hpp"

namespace dtest::collector {
namespace {

using master::Decision;
using master::Finding;
using protocol::Outcome;

struct Doubt : testing::Test {
  Script s;
  Doubt() { s.up({"a", "b"}); }
  void TearDown() override {
    s.finish();
    EXPECT_EQ(s.violations(), std::vector<std::string>{});
  }

  /// Both examples of item 0 fail on runner 2.
  void fail() {
    s.start(0, 1, 2);
    s.list(0, {1, 2});
    s.verdict(0, 1, "failed");
    s.verdict(0, 2, "failed");
    held(Outcome::done);
    s.pass(1, 1);
  }
  void held(Outcome outcome) {
    protocol::ItemEnd end;
    end.item = base::ItemId(0), end.attempt = base::Attempt(1), end.outcome = outcome;
    s.collector.on_held("n1", end, at(s.now));
  }
  void over(Decision decision, Outcome outcome = Outcome::done, std::uint32_t attempt = 1) {
    s.over(0, {.outcome = outcome, .decision = decision, .attempt = attempt});
  }
};

TEST_F(Doubt, WhatIsHeldStandsNowhereAndCountsLater) {
  fail();
  EXPECT_TRUE(s.collector.running(at(0)).empty());
  EXPECT_FALSE(s.collector.complete());
  over(Decision::accepted);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 2U);
  EXPECT_EQ(s.recorder.of<FileEnd>().back().place.runner, 2U);
}

TEST_F(Doubt, WhatPassesElsewhereIsFlaky) {
  fail();
  over(Decision::doubted);
  s.pass(0, 2, 2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_EQ(end.counts.passed, 3U);
  EXPECT_EQ(end.counts.flaky, 2U);
  auto voided = s.recorder.of<FileRequeue>();
  ASSERT_EQ(voided.size(), 1U);
  EXPECT_EQ(voided[0].place.runner, 2U);
  EXPECT_EQ(voided[0].reason, "failed like other files of its runner");
}

TEST_F(Doubt, AFileThatDidNotLoadThereIsFlakyAndSoIsWhatPassesOfIt) {
  s.start(0, 1, 2);
  s.list(0, {});
  held(Outcome::load_error);
  over(Decision::doubted, Outcome::load_error);
  s.pass(0, 2, 2);
  s.pass(1, 1);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_EQ(end.counts.flaky, 2U);
  auto files = s.recorder.of<FileEnd>();
  EXPECT_TRUE(files[0].flaky);
  EXPECT_EQ(files[0].counts.flaky, 2U);
  EXPECT_FALSE(files[1].flaky);
  for (const TestEnd& test : s.recorder.of<TestEnd>()) EXPECT_EQ(test.flaky, test.path == "a") << test.path;
}

TEST_F(Doubt, OfAFileThatDidNotLoadThereWhatFailsElsewhereIsNotFlaky) {
  s.start(0, 1, 2);
  s.list(0, {});
  held(Outcome::load_error);
  over(Decision::doubted, Outcome::load_error);
  s.start(0, 2);
  s.list(0, {1, 2, 3}, 2);
  s.verdict(0, 1, "passed", 2);
  s.verdict(0, 2, "failed", 2);
  s.verdict(0, 3, "pending", 2);
  over(Decision::accepted, Outcome::done, 2);
  EXPECT_EQ(s.finish().counts.flaky, 2U) << "what is pending then, too";
}

TEST_F(Doubt, WhatFailsElsewhereFailsOnce) {
  fail();
  over(Decision::doubted);
  s.start(0, 2);
  s.list(0, {1, 2}, 2);
  s.verdict(0, 1, "failed", 2);
  s.verdict(0, 2, "passed", 2);
  over(Decision::accepted, Outcome::done, 2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.flaky, 1U);
}

TEST_F(Doubt, CountsWhenNobodyTriesItAgain) {
  fail();
  over(Decision::doubted);
  RunEnd end = s.finish();
  EXPECT_EQ(end.verdict, "failed");
  EXPECT_EQ(end.counts.failed, 2U);
  EXPECT_EQ(end.counts.not_run, 0U);
  const TestEnd again = s.recorder.of<TestEnd>().back();
  EXPECT_EQ(again.attempt, 0U);
  EXPECT_EQ(again.place.runner, 2U);
  ASSERT_EQ(again.exceptions.size(), 1U) << "a person reads why";
  EXPECT_EQ(again.exceptions[0].message, "not 1");
}

TEST_F(Doubt, CountsWhenTheNextTryComesToNothing) {
  fail();
  over(Decision::doubted);
  s.start(0, 2);
  s.list(0, {1, 2}, 2);
  s.verdict(0, 1, "passed", 2);
  over(Decision::accepted, Outcome::stopped, 2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 1U) << "each is what it was last";
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.counts.flaky, 1U);
}

TEST_F(Doubt, AFileThatDidNotLoadCountsWhenNobodyTriesItAgain) {
  s.start(0, 1, 2);
  s.list(0, {});
  held(Outcome::load_error);
  over(Decision::doubted, Outcome::load_error);
  s.pass(1, 1);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.error, 1U);
  EXPECT_EQ(s.recorder.of<FileLoadError>().size(), 2U) << "the first is void";
}

Finding finding(Finding::What what, std::uint64_t passed, std::uint32_t slot = 2) {
  Finding found;
  found.what = what;
  found.node = "n1";
  found.slot = base::Slot(slot);
  found.incarnation = base::Incarnation(1);
  found.failed = found.tried = 5;
  found.otherwise = found.passed = passed;
  found.error = protocol::Exception{"Errno::ENOSPC", "No space left on device", {}, "", "", {}};
  return found;
}

TEST_F(Doubt, AStoppedRunnerIsNamedInEventsAndVerdict) {
  s.collector.on_finding(finding(Finding::What::rests, 0), at(0));
  s.collector.on_finding(finding(Finding::What::stopped, 5), at(0));
  s.pass(0, 1);
  s.pass(1, 1);
  RunEnd end = s.finish();
  EXPECT_EQ(end.reason, "runner 2 on n1 failed 5 files in a row that passed elsewhere: stopped; its files ran on other "
                        "runners");
  EXPECT_EQ(end.exit_code, 0);
  auto told = s.recorder.of<RunnerSuspect>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].what, "rests");
  EXPECT_EQ(told[1].path, "a");
  EXPECT_EQ(told[1].exception.type, "Errno::ENOSPC");
}

TEST_F(Doubt, ThatAllPassedIsSaidOnlyWhereTheyDid) {
  s.collector.on_finding(finding(Finding::What::replaced, 4), at(0));
  EXPECT_EQ(s.recorder.of<RunnerSuspect>()[0].text,
            "runner 2 on n1 failed 5 files in a row; of 5 tried elsewhere 4 passed, or failed otherwise: its process is "
            "replaced");
}

TEST_F(Doubt, ThatARunnerWasStoppedSaysMoreThanThatAnotherWasReplaced) {
  using What = Finding::What;
  for (std::uint32_t slot : {2U, 3U, 4U, 5U}) s.collector.on_finding(finding(What::replaced, 5, slot), at(0));
  s.pass(0, 1);
  s.pass(1, 1);
  for (std::uint32_t slot : {4U, 5U}) s.collector.on_finding(finding(What::stopped, 5, slot), at(0));
  EXPECT_EQ(s.finish().reason,
            "runner 4 on n1 failed 5 files in a row that passed elsewhere: stopped; its files ran on other runners; "
            "1 other runner was stopped; 2 other runners got a new process");
}

TEST_F(Doubt, SeveralReplacedOnesAreCounted) {
  for (std::uint32_t slot : {2U, 3U}) s.collector.on_finding(finding(Finding::What::replaced, 5, slot), at(0));
  s.pass(0, 1);
  s.pass(1, 1);
  EXPECT_EQ(s.finish().reason, "runner 2 on n1 failed 5 files in a row that passed elsewhere: its process is replaced; "
                               "1 other runner got a new process");
}

TEST_F(Doubt, WhatTheRunnerRanJustBeforeIsNamed) {
  Finding found = finding(Finding::What::rests, 0);
  found.before = base::ItemId(1);
  s.collector.on_finding(found, at(0));
  EXPECT_EQ(s.recorder.of<RunnerSuspect>()[0].text,
            "runner 2 on n1 failed 5 files in a row (after b): it rests until it is known whether they fail elsewhere, "
            "too");
}

TEST_F(Doubt, IsNotWhyARunIsRed) {
  s.collector.on_finding(finding(Finding::What::replaced, 5), at(0));
  s.start(0, 1);
  s.list(0, {1});
  s.verdict(0, 1, "failed");
  over(Decision::accepted);
  s.pass(1, 1);
  RunEnd end = s.finish();
  EXPECT_EQ(end.verdict, "failed");
  EXPECT_TRUE(end.reason.starts_with("besides, runner 2 on n1 failed 5 files")) << end.reason;
}

TEST_F(Doubt, OneThatIsClearedIsNoNews) {
  s.collector.on_finding(finding(Finding::What::cleared, 0), at(0));
  s.pass(0, 1);
  s.pass(1, 1);
  EXPECT_EQ(s.finish().reason, "");
}

}  // namespace
}  // namespace dtest::collector
