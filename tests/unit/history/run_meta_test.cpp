#include "history/run_meta.hpp"

#include <gtest/gtest.h>

namespace dtest::history {
namespace {

using collector::Status;

class Fold {
 public:
  template <class E> Fold& operator()(E event) {
    collector::Envelope envelope;
    envelope.ts.us = ++at_;
    envelope.event = std::move(event);
    fold_.take(envelope);
    return *this;
  }
  [[nodiscard]] RunMeta meta() const { return fold_.meta(); }

 private:
  MetaFold fold_{"aa", true};
  std::int64_t at_ = 1000;
};

collector::TestEnd test(Status status, std::uint32_t failure, std::uint32_t attempt = 1, std::string id = "a[1]") {
  collector::TestEnd event;
  event.path = "a_spec.rb";
  event.id = std::move(id);
  event.full_name = "A works";
  event.line = 7;
  event.status = status;
  event.failure = failure;
  event.attempt = attempt;
  event.place = {"mini", 2};
  return event;
}

collector::FileRequeue requeue(std::uint32_t attempt) {
  collector::FileRequeue event;
  event.path = "a_spec.rb";
  event.attempt = attempt;
  event.place = {"mini", 2};
  return event;
}

TEST(MetaFold, TakesTheRunInShort) {
  Fold fold;
  collector::RunStart start;
  start.project = "shop";
  start.argv = {"dtest", "-j2"};
  collector::RunPlan plan;
  plan.files.resize(3);
  plan.framework = "rspec";
  plan.seed = 42;
  collector::RunEnd end;
  end.verdict = "failed";
  end.exit_code = 1;
  end.counts.failed = 1;
  end.secs = 2.5;
  const RunMeta meta = fold(start)(plan)(test(Status::failed, 1))(end).meta();
  EXPECT_EQ(meta.start.argv, start.argv);
  EXPECT_EQ(meta.started_us, 1001);
  EXPECT_EQ(meta.ended_us, 1004);
  EXPECT_EQ(meta.files, 3U);
  EXPECT_EQ(meta.seed, 42);
  EXPECT_TRUE(meta.complete());
  ASSERT_EQ(meta.bad.size(), 1U);
  EXPECT_EQ(meta.bad[0].name, "A works");
  EXPECT_EQ(meta.bad[0].line, 7U);
}

TEST(MetaFold, AVoidAttemptLeavesNoFailure) {
  Fold fold;
  auto passed = test(Status::passed, 0, 2);
  passed.flaky = true;
  const RunMeta meta = fold(test(Status::failed, 1))(requeue(1))(passed).meta();
  EXPECT_TRUE(meta.bad.empty());
  ASSERT_EQ(meta.flaky.size(), 1U);
  EXPECT_EQ(meta.flaky[0].status, Status::failed) << "what it was before";
}

TEST(MetaFold, WhatPassesAfterACrashRemembersTheCrash) {
  Fold fold;
  auto passed = test(Status::passed, 0, 2);
  passed.flaky = true;
  const RunMeta meta = fold(requeue(1))(passed).meta();
  ASSERT_EQ(meta.flaky.size(), 1U);
  EXPECT_EQ(meta.flaky[0].status, Status::crashed);
  EXPECT_EQ(meta.flaky[0].place.node, "mini");
}

TEST(MetaFold, ARetryVoidsTheFailureOfThatExampleOnly) {
  Fold fold;
  collector::TestRetry retry;
  retry.path = "a_spec.rb";
  retry.id = "a[1]";
  retry.status = Status::timed_out;
  retry.attempt = 1;
  const RunMeta meta = fold(test(Status::timed_out, 1))(test(Status::failed, 2, 1, "a[2]"))(retry).meta();
  ASSERT_EQ(meta.bad.size(), 1U);
  EXPECT_EQ(meta.bad[0].id, "a[2]");
}

TEST(RunMeta, SurvivesItsFile) {
  Fold fold;
  collector::RunStart start;
  start.dir = "/p \xff";
  collector::RunEnd end;
  end.verdict = "failed";
  end.expect_secs = 1.5;
  const RunMeta meta = fold(start)(test(Status::crashed, 3))(end).meta();
  const std::string text = to_json(meta);
  const auto again = meta_from_json(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), text);
  EXPECT_EQ(again->bad[0].status, Status::crashed);
  EXPECT_EQ(again->expect_secs, 1.5);
  EXPECT_TRUE(again->whole);
}

TEST(RunMeta, RefusesWhatIsNone) {
  for (const char* text : {"", "[]", "{}", "{\"v\":2}", "{\"v\":\"1\"}", "{\"v\":1"}) EXPECT_FALSE(meta_from_json(text));
  const auto odd = meta_from_json(R"({"v":1,"run":7,"files":"x","bad":[1,{"path":2}],"counts":[],"argv":[1,"a"]})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->start.argv, std::vector<std::string>{"a"});
}

}  // namespace
}  // namespace dtest::history
