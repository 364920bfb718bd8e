// What void attempts said, where no attempt that counts says otherwise: nothing is forgotten, and nothing counts twice.
#include <gtest/gtest.h>

#include "script.hpp"

namespace dtest::collector {
namespace {

using master::Decision;
using protocol::Outcome;

struct Standing : testing::Test {
  Script s;
  Standing() { s.up({"a"}); }
  void TearDown() override {
    s.finish();
    EXPECT_EQ(s.violations(), std::vector<std::string>{});
    for (const LogLine& line : s.recorder.of<LogLine>()) EXPECT_NE(line.level, "error") << line.text;
  }

  /// 1 failed, 2 passed, and the runner ended in 3; 4 had no turn.
  void crash(Decision decision = Decision::repeated) {
    s.start(0, 1, 2);
    s.list(0, {1, 2, 3, 4});
    s.verdict(0, 1, "failed");
    s.verdict(0, 2);
    s.over(0, {.outcome = Outcome::crashed, .running = 3, .decision = decision, .why = "SIGSEGV"});
  }
  void second(const std::vector<std::pair<std::uint32_t, std::string>>& verdicts, const AttemptEnd& end = {.attempt = 2}) {
    s.start(0, 2);
    std::vector<std::uint32_t> ids;
    for (const auto& [id, status] : verdicts) ids.push_back(id);
    s.list(0, ids, 2);
    for (const auto& [id, status] : verdicts)
      if (!status.empty()) s.verdict(0, id, status, 2);
    s.over(0, end);
  }
};

TEST_F(Standing, WhatIsPendingAfterItWasBadIsFlaky) {
  crash();
  second({{1, "pending"}, {2, "pending"}, {3, "pending"}, {4, "pending"}});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.counts.pending, 4U);
  EXPECT_EQ(end.counts.flaky, 2U) << "one had failed, one was running at the crash";
  EXPECT_TRUE(s.recorder.of<FileEnd>().back().flaky);
}

TEST_F(Standing, AnExampleThatEndedItsRunnerAndIsGoneCrashed) {
  crash();
  second({{1, "passed"}, {2, "passed"}, {4, "passed"}});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.crashed, 1U);
  EXPECT_EQ(end.counts.passed, 3U);
  EXPECT_EQ(end.counts.flaky, 1U);
  const TestEnd told = s.recorder.of<TestEnd>().back();
  EXPECT_EQ(told.id, s.id(0, 3));
  EXPECT_EQ(told.attempt, 0U);
  EXPECT_EQ(told.reason, "SIGSEGV");
  EXPECT_EQ(told.output.bytes, "last words");
  EXPECT_EQ(told.place.runner, 2U);
}

TEST_F(Standing, WhatIsGoneIsWhatItWasLastOrWasNotRun) {
  crash();
  second({{3, "passed"}});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.counts.flaky, 1U);
  ASSERT_EQ(end.not_run.size(), 1U);
  EXPECT_EQ(end.not_run[0].id, s.id(0, 4));
  EXPECT_EQ(end.not_run[0].reason, "announced by an earlier attempt, and not there in the one that counts");
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(s.recorder.of<FileEnd>().back().announced, 1U);
  EXPECT_EQ(s.recorder.of<FileRequeue>().back().announced, 4U);
}

TEST_F(Standing, WhatHadNoVerdictAndIsGoneLeavesTheRunIncomplete) {
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1);
  s.over(0, {.outcome = Outcome::stopped, .decision = Decision::repeated, .why = "node lost"});
  second({{1, "passed"}});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.counts.not_run, 1U);
}

TEST_F(Standing, TheNewestOfSeveralVoidAttemptsStands) {
  crash();
  second({{1, "passed"}, {3, ""}}, {.outcome = Outcome::crashed, .running = 3, .decision = Decision::repeated,
                                    .attempt = 2, .why = "SIGBUS"});
  s.pass(0, 0, 3);
  const RunEnd end = s.finish();
  EXPECT_EQ(end.counts.crashed, 1U);
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.counts.failed, 0U);
  EXPECT_EQ(end.counts.flaky, 1U) << "it failed, then passed, then was gone";
  EXPECT_EQ(s.recorder.of<TestEnd>().back().reason, "SIGBUS");
}

TEST_F(Standing, WhenNobodyTriesItAgainItAllStands) {
  crash();
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.crashed, 1U);
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.passed, 1U);
  EXPECT_EQ(end.counts.not_run, 1U);
}

TEST_F(Standing, ACrashOutsideOfExamplesStands) {
  s.start(0);
  s.over(0, {.outcome = Outcome::crashed, .decision = Decision::repeated, .why = "exit 0"});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.crashed, 1U);
  EXPECT_EQ(s.recorder.of<FileEnd>().back().reason, "exit 0");
}

TEST_F(Standing, OfWhatWasCutOffWhatHadEndedStands) {
  s.start(0);
  s.list(0, {1, 2, 3});
  s.verdict(0, 1, "failed");
  s.verdict(0, 2);
  s.collector.kill("timeout", at(2));
  s.over(0, {.outcome = Outcome::stopped, .running = 3, .decision = Decision::accepted});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.passed, 1U);
  ASSERT_EQ(end.not_run.size(), 1U);
  EXPECT_EQ(end.not_run[0].id, s.id(0, 3));
  EXPECT_TRUE(s.recorder.of<FileRequeue>().empty()) << "it is not void: its failure keeps its number and message";
}

TEST_F(Standing, WhatWasCutOffAfterItsLastExampleIsNotGreen) {
  s.start(0);
  s.list(0, {1});
  s.verdict(0, 1);
  s.over(0, {.outcome = Outcome::stopped, .decision = Decision::accepted, .why = "node lost"});
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.counts.passed, 1U);
  ASSERT_EQ(end.not_run.size(), 1U);
  EXPECT_EQ(end.not_run[0].reason, "cut off before its end: node lost");
  EXPECT_EQ(s.recorder.of<FileEnd>().back().status, Status::not_run);
}

TEST_F(Standing, AnErrorOutsideOfExamplesStandsWhereItsAttemptWasCutOff) {
  s.start(0);
  s.list(0, {1});
  s.outside(0);
  s.over(0, {.outcome = Outcome::stopped, .decision = Decision::accepted, .why = "node lost"});
  EXPECT_EQ(s.finish().exit_code, 1);
}

TEST_F(Standing, WhatIsStillOpenAtTheEndStandsAsFarAsItGot) {
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1, "failed");
  const RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.not_run, 1U);
  const TestEnd told = s.recorder.of<TestEnd>().back();
  ASSERT_EQ(told.exceptions.size(), 1U);
  EXPECT_EQ(told.attempt, 0U);
}

}  // namespace
}  // namespace dtest::collector
