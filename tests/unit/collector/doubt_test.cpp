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

TEST_F(Doubt, AFileThatDidNotLoadThereIsFlaky) {
  s.start(0, 1, 2);
  s.list(0, {});
  held(Outcome::load_error);
  over(Decision::doubted, Outcome::load_error);
  s.pass(0, 2, 2);
  s.pass(1, 1);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_TRUE(s.recorder.of<FileEnd>()[0].flaky);
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
  EXPECT_EQ(s.recorder.of<TestEnd>().back().attempt, 0U);
}

TEST_F(Doubt, CountsWhenTheNextTryComesToNothing) {
  fail();
  over(Decision::doubted);
  s.start(0, 2);
  s.list(0, {1, 2}, 2);
  s.verdict(0, 1, "passed", 2);
  over(Decision::abandoned, Outcome::stopped, 2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 2U);
  EXPECT_EQ(end.counts.passed, 1U) << "of the other file";
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

Finding finding(Finding::What what, std::uint64_t passed) {
  Finding found;
  found.what = what;
  found.node = "n1";
  found.slot = base::Slot(2);
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

TEST_F(Doubt, OneThatIsClearedIsNoNews) {
  s.collector.on_finding(finding(Finding::What::cleared, 0), at(0));
  s.pass(0, 1);
  s.pass(1, 1);
  EXPECT_EQ(s.finish().reason, "");
}

}  // namespace
}  // namespace dtest::collector
