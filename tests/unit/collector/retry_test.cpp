// Bad examples that get another chance: one verdict each in the end, and the audit agrees.
#include <gtest/gtest.h>

#include "script.hpp"

namespace dtest::collector {
namespace {

using master::Decision;
using protocol::Outcome;

struct Retries : testing::Test {
  Script s{[] {
    Settings settings;
    settings.retries = true;
    return settings;
  }()};

  Retries() { s.up({"a", "b"}); }
  void TearDown() override {
    s.finish();
    EXPECT_EQ(s.violations(), std::vector<std::string>{});
  }

  /// Item 0 with three examples, of which 1 passed and 2 failed; 3 as `third` says. Retried as item 2.
  void first_try(const std::string& third = "passed") {
    s.start(0);
    s.list(0, {1, 2, 3});
    s.verdict(0, 1);
    s.verdict(0, 2, "failed");
    s.verdict(0, 3, third);
    retry(0, 2);
    s.over(0);
    s.pass(1, 1);
  }
  std::vector<std::string> retry(std::uint32_t item, std::uint32_t next, Outcome outcome = Outcome::done,
                                 std::optional<std::uint32_t> running = {}, std::uint32_t number = 1) {
    protocol::ItemEnd end;
    end.item = base::ItemId(item), end.attempt = base::Attempt(1), end.outcome = outcome;
    if (running) end.running = s.id(item, *running);
    master::Retry retry{end.item, end.attempt, base::ItemId(next), number, 2, s.collector.to_retry(end)};
    s.collector.on_retry(end, retry);
    return retry.examples;
  }
  /// A try of the retry, with ids of item 0.
  void second_try(const std::vector<std::pair<std::uint32_t, std::string>>& verdicts, std::uint32_t item = 2) {
    s.start(item);
    protocol::ExampleList list;
    list.item = base::ItemId(item), list.attempt = base::Attempt(1);
    for (const auto& [example, status] : verdicts) list.examples.push_back({s.id(0, example), example * 10, "it"});
    s.collector.on_report("n1", list, at(s.now));
    for (const auto& [example, status] : verdicts) {
      protocol::Example verdict;
      verdict.item = base::ItemId(item), verdict.attempt = base::Attempt(1);
      verdict.id = s.id(0, example), verdict.status = status, verdict.line = example * 10;
      if (!status.empty()) s.collector.on_report("n1", verdict, at(s.now));
    }
  }
};

TEST_F(Retries, WhatPassesThenIsFlakyAndCountsOnce) {
  first_try();
  EXPECT_EQ(s.collector.failures(), 0U);
  EXPECT_FALSE(s.collector.complete());
  second_try({{2, "passed"}});
  s.over(2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_EQ(end.counts.passed, 4U);
  EXPECT_EQ(end.counts.failed, 0U);
  EXPECT_EQ(end.counts.flaky, 1U);
  auto retries = s.recorder.of<TestRetry>();
  ASSERT_EQ(retries.size(), 1U);
  EXPECT_EQ(retries[0].id, s.id(0, 2));
  EXPECT_EQ(retries[0].status, Status::failed);
  EXPECT_EQ(retries[0].next, 2U);
  auto ends = s.recorder.of<TestEnd>();
  EXPECT_TRUE(ends.back().flaky);
  EXPECT_EQ(ends.back().retry, 1U);
  EXPECT_EQ(s.recorder.of<FileEnd>().size(), 2U) << "each file ends once, after its retry";
}

TEST_F(Retries, WhatFailsAgainFailedOnce) {
  first_try();
  second_try({{2, "failed"}});
  s.over(2);
  EXPECT_EQ(s.collector.failures(), 1U);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.total(), 4U);
  EXPECT_EQ(end.counts.flaky, 0U);
}

TEST_F(Retries, OfARetryReplaceThatRetry) {
  first_try();
  second_try({{2, "failed"}});
  EXPECT_EQ(retry(2, 3, Outcome::done, {}, 2), (std::vector<std::string>{s.id(0, 2)}));
  s.over(2);
  second_try({{2, "passed"}}, 3);
  s.over(3);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_EQ(end.counts.total(), 4U);
  EXPECT_EQ(end.counts.flaky, 1U);
}

TEST_F(Retries, ThatNeverRanLeaveTheVerdictThatWas) {
  first_try("error");
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1) << end.reason;
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.error, 1U);
  EXPECT_EQ(end.counts.not_run, 0U);
  auto ends = s.recorder.of<TestEnd>();
  ASSERT_GE(ends.size(), 2U);
  EXPECT_EQ(ends[ends.size() - 2].status, Status::failed);
  EXPECT_EQ(ends[ends.size() - 2].item, 2U) << "told again, because the first was voided";
}

TEST_F(Retries, ThatAreGivenUpLeaveTheVerdictThatWas) {
  first_try();
  s.start(2);
  s.over(2, {.outcome = Outcome::stopped, .decision = Decision::abandoned});
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.total(), 4U);
}

TEST_F(Retries, ThatCrashLeaveTheOthersAsTheyWere) {
  first_try("failed");
  second_try({{2, "passed"}, {3, ""}});
  protocol::ItemEnd end;
  end.item = base::ItemId(2), end.attempt = base::Attempt(1), end.outcome = Outcome::crashed;
  end.why = "SIGSEGV";
  end.running = s.id(0, 3);
  s.collector.on_attempt_over("n1", end, Decision::accepted, at(s.now));
  RunEnd over = s.finish();
  EXPECT_EQ(over.counts.crashed, 1U);
  EXPECT_EQ(over.counts.passed, 3U);
  EXPECT_EQ(over.counts.failed, 0U);
  EXPECT_EQ(over.counts.flaky, 1U);
  EXPECT_EQ(over.exit_code, 1) << over.reason;
}

TEST_F(Retries, OfATimeOutRunWhatHadNoTurn) {
  s.start(0);
  s.list(0, {1, 2, 3});
  s.verdict(0, 1);
  EXPECT_EQ(retry(0, 2, Outcome::timed_out, 2), (std::vector<std::string>{s.id(0, 2), s.id(0, 3)}));
  s.over(0, {.outcome = Outcome::timed_out, .running = 2});
  s.pass(1, 1);
  second_try({{2, "passed"}, {3, "passed"}});
  s.over(2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 0) << end.reason;
  EXPECT_EQ(end.counts.passed, 4U);
  EXPECT_EQ(end.counts.flaky, 1U) << "the one that hung; the other had no verdict before";
  EXPECT_TRUE(end.not_run.empty());
}

// For who crashed there is --crash-retries: the others get their chance.
TEST_F(Retries, OfWhatACrashLeft) {
  s.start(0);
  s.list(0, {1, 2, 3});
  s.verdict(0, 1, "failed");
  EXPECT_EQ(retry(0, 2, Outcome::crashed, 2), (std::vector<std::string>{s.id(0, 1), s.id(0, 3)}));
  s.over(0, {.outcome = Outcome::crashed, .running = 2});
  s.pass(1, 1);
  second_try({{1, "passed"}, {3, "passed"}});
  s.over(2);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1) << end.reason;
  EXPECT_EQ(end.counts.crashed, 1U);
  EXPECT_EQ(end.counts.flaky, 1U);
  EXPECT_TRUE(end.not_run.empty());
}

TEST_F(Retries, AreOfferedForExamplesOnly) {
  protocol::ItemEnd end;
  end.item = base::ItemId(0), end.attempt = base::Attempt(1), end.outcome = Outcome::timed_out;
  s.start(0);
  EXPECT_TRUE(s.collector.to_retry(end).empty()) << "it hung before it had a list";
  end.item = base::ItemId(77);
  EXPECT_TRUE(s.collector.to_retry(end).empty());
}

}  // namespace
}  // namespace dtest::collector
