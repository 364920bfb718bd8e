// What becomes of items: placing, decisions, the end of the run.
#include "master/master.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rig.hpp"

namespace dtest::master {
namespace {

using protocol::ItemWork;
using protocol::Outcome;
using State = Master::State;
using Lines = std::vector<std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool was_told(const Rig& rig, const std::string& line) {
  return std::find(rig.told.begin(), rig.told.end(), line) != rig.told.end();
}

struct Items : testing::Test {
  Rig rig;
  void with(std::size_t items, std::uint64_t credit = 3) {
    rig.add("a");
    rig.join("a", credit);
    rig.plan(items);
  }
};

TEST_F(Items, AreSentUpToTheCreditInOrder) {
  with(5, 2);
  auto work = rig.said<ItemWork>("a");
  ASSERT_EQ(work.size(), 2U);
  EXPECT_EQ(work[0].path, "f0");
  EXPECT_EQ(work[1].job, base::JobNumber(2));
  EXPECT_EQ(rig.master.queued(), 3U);
  rig.end("a", 0, 1, Outcome::done);
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 3U);
}

// Items 0 to 3 belong to runners 1, 1, 2, 2 of "a", whatever the credit.
struct OwnedItems : Items {
  void SetUp() override {
    rig.add("a");
    rig.add("b");
    rig.join("a", 10);
    rig.join("b", 20);
    std::vector<PlannedItem> items(4);
    for (std::uint32_t i = 0; i < 4; ++i) {
      items[i].path = "f" + std::to_string(i);
      items[i].node = "a";
      items[i].slot = base::Slot(i / 2 + 1);
    }
    rig.plan(std::move(items));
  }
};

TEST_F(OwnedItems, GoToTheirRunnerOneAtATime) {
  const auto first = rig.said<ItemWork>("a");
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].path + first[1].path, "f0f2");
  EXPECT_EQ(first[1].only, std::vector{base::Slot(2)});
  EXPECT_TRUE(rig.said<ItemWork>("b").empty());
  rig.forget();
  rig.end("a", 2, 1, Outcome::done);
  ASSERT_EQ(rig.said<ItemWork>("a").size(), 1U);
  EXPECT_EQ(rig.said<ItemWork>("a")[0].path, "f3");
}

TEST_F(OwnedItems, GoElsewhereWhenTheirRunnerIsNoMore) {
  rig.forget();
  rig.end("a", 0, 1, Outcome::returned);
  ASSERT_EQ(rig.said<ItemWork>("b").size(), 1U) << "its runner was stopped";
  EXPECT_EQ(rig.said<ItemWork>("b")[0].path, "f0");
  rig.lost("a");
  EXPECT_EQ(rig.said<ItemWork>("b").size(), 4U) << "its node is gone";
}

TEST_F(Items, GoToTheNodeWithMostCredit) {
  rig.add("a");
  rig.add("b");
  rig.join("a", 1);
  rig.join("b", 4);
  rig.plan(4);
  EXPECT_EQ(rig.said<ItemWork>("b").size(), 3U);
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 1U);
}

TEST_F(Items, DecisionsOfAttemptsThatEndWell) {
  with(3);
  rig.forget();
  rig.end("a", 0, 1, Outcome::done);
  rig.end("a", 1, 1, Outcome::load_error);
  rig.end("a", 2, 1, Outcome::timed_out);
  EXPECT_EQ(rig.told, (Lines{"a 0.1 done accepted", "a 1.1 load_error accepted", "a 2.1 timed_out accepted"}));
  EXPECT_EQ(rig.master.state(), State::ending);
  EXPECT_EQ(rig.said<protocol::Bye>("a").size(), 1U);
}

TEST_F(Items, ACrashIsRepeatedOnceAndThenAccepted) {
  with(1);
  EXPECT_FALSE(rig.said<ItemWork>("a")[0].last);
  rig.end("a", 0, 1, Outcome::crashed);
  EXPECT_TRUE(was_told(rig, "a 0.1 crashed repeated"));
  auto work = rig.said<ItemWork>("a");
  ASSERT_EQ(work.size(), 2U);
  EXPECT_EQ(work[1].attempt, base::Attempt(2));
  EXPECT_TRUE(work[1].last);
  rig.end("a", 0, 2, Outcome::crashed);
  EXPECT_TRUE(was_told(rig, "a 0.2 crashed accepted"));
}

TEST_F(Items, ACrashIsRepeatedOnAnotherNodeEvenIfThatIsBusy) {
  rig.add("a");
  rig.add("b");
  rig.join("a", 3);
  rig.join("b", 1);
  rig.plan(4);  // three at a, one at b
  rig.end("a", 0, 1, Outcome::crashed);
  EXPECT_EQ(rig.master.queued(), 1U) << "it waits for b";
  rig.end("b", 3, 1, Outcome::done);
  EXPECT_EQ(rig.said<ItemWork>("b").back().attempt, base::Attempt(2));
}

TEST_F(Items, ACrashIsRepeatedAtHomeWhenTheOthersAreGone) {
  rig.add("a");
  rig.add("b");
  rig.join("a", 3);
  rig.join("b", 0);
  rig.plan(1);
  rig.end("a", 0, 1, Outcome::crashed);
  EXPECT_EQ(rig.master.queued(), 1U);
  rig.lost("b");
  EXPECT_EQ(rig.said<ItemWork>("a").back().attempt, base::Attempt(2));
}

TEST_F(Items, LossesHaveACapOfTheirOwn) {
  with(1);
  for (std::uint32_t attempt = 1; attempt <= 4; ++attempt) rig.end("a", 0, attempt, Outcome::stopped);
  EXPECT_TRUE(was_told(rig, "a 0.3 stopped repeated"));
  EXPECT_TRUE(was_told(rig, "a 0.4 stopped accepted"));
}

TEST_F(Items, StaleReportsAreNotTold) {
  with(1);
  rig.end("a", 0, 1, Outcome::crashed);
  rig.forget();
  rig.end("a", 0, 1, Outcome::done);
  rig.end("a", 7, 1, Outcome::done);
  protocol::Example example;
  example.item = base::ItemId(0);
  example.attempt = base::Attempt(1);
  protocol::OutsideError error;
  error.item = base::ItemId(0);
  error.attempt = base::Attempt(1);
  rig.report("a", {example, error});
  EXPECT_EQ(rig.told, Lines{});
  rig.report("a", {protocol::OutsideError{}});
  EXPECT_EQ(rig.told.size(), 1U) << "one that no item owns";
}

TEST_F(Items, PlanIsToldOnceAndWholeAndEachFileInItOnce) {
  rig.add("a");
  rig.add("b");
  rig.join("a");
  rig.join("b");
  rig.forget();
  protocol::Plan first{0, true, {"x"}, {}, "", "", {}}, second{1, false, {"y", "x"}, {}, "", "", {}};
  rig.report("a", {first});
  rig.report("b", {first, second});
  rig.report("a", {second});
  EXPECT_EQ(rig.told, Lines{"plan b 2"});
}

// Verdicts belong to the names that the stream tells, and bytes that are no UTF-8 are all told alike.
TEST_F(Items, PlanWithTwoFilesThatAreToldAlikeIsRefused) {
  rig.add("a");
  rig.join("a");
  rig.forget();
  rig.report("a", {protocol::Plan{0, false, {"x", "\xfe_spec.rb", "\xff_spec.rb"}, {}, "", "", {}}});
  ASSERT_EQ(rig.said<protocol::Cancel>("a").size(), 1U);
  EXPECT_TRUE(rig.said<protocol::Cancel>("a")[0].kill);
  rig.report("a", {protocol::Closed{}});
  ASSERT_FALSE(rig.told.empty());
  EXPECT_NE(rig.told.back().find("gone a"), std::string::npos);
  EXPECT_TRUE(rig.master.finished());
}

TEST_F(Items, AnEmptyPlanEndsTheRun) {
  with(0);
  EXPECT_EQ(rig.said<protocol::Bye>("a").size(), 1U);
  rig.report("a", {protocol::Closed{}});
  EXPECT_TRUE(rig.master.finished());
  EXPECT_EQ(rig.told.back(), "gone a 0 clean");
  EXPECT_EQ(rig.said<protocol::Ping>("a").back().ack, base::ReportNumber(1)) << "so that the node can forget";
}

TEST_F(Items, DrainStartsNothingNew) {
  with(5, 2);
  rig.drain();
  ASSERT_EQ(rig.said<protocol::Cancel>("a").size(), 1U);
  EXPECT_FALSE(rig.said<protocol::Cancel>("a")[0].kill);
  rig.end("a", 1, 1, Outcome::returned);
  EXPECT_TRUE(was_told(rig, "a 1.1 returned abandoned"));
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 2U);
  rig.end("a", 0, 1, Outcome::crashed);
  EXPECT_TRUE(was_told(rig, "a 0.1 crashed accepted"));
  EXPECT_EQ(rig.master.state(), State::ending);
}

TEST_F(Items, CancelIsSaidUntilItIsHeard) {
  with(1);
  rig.drain();
  rig.kill();
  rig.forget();
  rig.pass(seconds(1));
  ASSERT_GE(rig.said<protocol::Cancel>("a").size(), 2U);
  EXPECT_TRUE(rig.said<protocol::Cancel>("a").back().kill);
}

TEST_F(Items, DrainBeforeThePlanKills) {
  rig.add("a");
  rig.add("b");
  rig.join("a");
  rig.drain();
  EXPECT_TRUE(rig.said<protocol::Cancel>("a").back().kill);
  EXPECT_TRUE(was_told(rig, "gone b 0 clean")) << "it never answered";
  rig.report("a", {protocol::Closed{}});
  EXPECT_TRUE(rig.master.finished());
}

TEST_F(Items, KillAbandonsWhatIsStopped) {
  with(2);
  rig.kill();
  EXPECT_TRUE(rig.said<protocol::Cancel>("a").back().kill);
  rig.end("a", 0, 1, Outcome::stopped);
  rig.end("a", 1, 1, Outcome::stopped);
  EXPECT_TRUE(was_told(rig, "a 1.1 stopped accepted"));
  rig.report("a", {protocol::Closed{}});
  EXPECT_TRUE(rig.master.finished());
  EXPECT_EQ(rig.told.back(), "gone a 0 clean");
}

// As a node sends them: in one message.
TEST_F(Items, AKilledNodeEndsCleanly) {
  with(1);
  rig.kill();
  protocol::ItemEnd over;
  over.item = base::ItemId(0);
  over.attempt = base::Attempt(1);
  over.outcome = Outcome::stopped;
  rig.report("a", {over, protocol::Closed{}});
  EXPECT_TRUE(rig.master.finished());
  EXPECT_EQ(rig.told.back(), "gone a 0 clean");
}

TEST_F(Items, WithoutANodeTheRunIsOver) {
  with(2, 1);
  rig.forget();
  rig.lost("a");
  EXPECT_TRUE(rig.master.finished());
  EXPECT_EQ(rig.told, (Lines{"a 0.1 stopped accepted", "gone a 0"}));
}

}  // namespace
}  // namespace dtest::master
