// Retries of bad examples: which, how often, where.
#include <gtest/gtest.h>

#include "rig.hpp"

namespace dtest::master {
namespace {

using protocol::ItemWork;
using protocol::Outcome;
using Lines = std::vector<std::string>;

Limits limits(std::uint32_t retries, Limits::RetryOn on = Limits::RetryOn::other) {
  Limits limits;
  limits.retries = retries;
  limits.retry_on = on;
  return limits;
}

struct Retries : testing::Test {
  Rig rig{limits(2)};
  void with(std::size_t items, std::uint64_t credit = 9) {
    rig.add("a");
    rig.join("a", credit);
    rig.plan(items);
  }
};

TEST_F(Retries, AreItemsOfTheirOwnWithTheBadExamplesOnly) {
  with(2);
  rig.bad[0] = {"x", "y"};
  rig.forget();
  rig.end("a", 0, 1, Outcome::done);
  EXPECT_EQ(rig.told, (Lines{"0 is retried as 2, 1 of 2", "a 0.1 done accepted"}));
  auto work = rig.said<ItemWork>("a");
  ASSERT_EQ(work.size(), 1U);
  EXPECT_EQ(work[0].item, base::ItemId(2));
  EXPECT_EQ(work[0].attempt, base::Attempt(1));
  EXPECT_EQ(work[0].path, "f0");
  EXPECT_EQ(work[0].examples, (Lines{"x", "y"}));
}

TEST_F(Retries, EndAfterTheLast) {
  with(1);
  rig.bad = {{0, {"x"}}, {1, {"x"}}, {2, {"x"}}};
  rig.end("a", 0, 1, Outcome::done);
  rig.end("a", 1, 1, Outcome::timed_out);
  rig.forget();
  rig.end("a", 2, 1, Outcome::done);
  EXPECT_EQ(rig.told, (Lines{"a 2.1 done accepted"}));
  EXPECT_EQ(rig.master.state(), Master::State::ending);
}

TEST_F(Retries, AreNotForFilesThatDidNotLoad) {
  with(1);
  rig.bad = {{0, {"x"}}};
  rig.forget();
  rig.end("a", 0, 1, Outcome::load_error);
  EXPECT_EQ(rig.told, (Lines{"a 0.1 load_error accepted"}));
}

// Once --crash-retries are spent: what failed there, and what the crash kept from running.
TEST_F(Retries, AreForWhatACrashLeft) {
  with(1);
  rig.bad = {{0, {"x"}}};
  rig.forget();
  rig.end("a", 0, 1, Outcome::crashed);
  EXPECT_EQ(rig.told, (Lines{"a 0.1 crashed repeated"}));
  rig.forget();
  rig.end("a", 0, 2, Outcome::crashed);
  ASSERT_EQ(rig.told.size(), 2U);
  EXPECT_EQ(rig.told[1], "a 0.2 crashed accepted");
}

TEST_F(Retries, OfACrashingRetryAreAttemptsAtTheSameItem) {
  with(1);
  rig.bad[0] = {"x"};
  rig.end("a", 0, 1, Outcome::done);
  rig.forget();
  rig.end("a", 1, 1, Outcome::crashed);
  EXPECT_EQ(rig.told, (Lines{"a 1.1 crashed repeated"}));
}

TEST_F(Retries, StopWithTheRun) {
  with(1);
  rig.bad[0] = {"x"};
  rig.drain();
  rig.forget();
  rig.end("a", 0, 1, Outcome::done);
  EXPECT_EQ(rig.told, (Lines{"a 0.1 done accepted"}));
}

TEST(RetryLimit, NothingIsRetriedAnyMoreWhenTooMuchIsBad) {
  Limits few = limits(1);
  few.retry_limit = 3;
  Rig rig(few);
  rig.add("a");
  rig.join("a", 9);
  rig.plan(2);
  rig.bad = {{0, {"x", "y"}}, {1, {"z", "w"}}};
  rig.end("a", 0, 1, Outcome::done);
  rig.forget();
  rig.end("a", 1, 1, Outcome::done);
  EXPECT_EQ(rig.told, (Lines{"a 1.1 done accepted"}));
}

// Two nodes; the item of node a is bad there. Which node gets its retry?
std::string where(Limits::RetryOn on) {
  Rig rig(limits(1, on));
  rig.add("a");
  rig.join("a", 9);
  rig.plan(1);
  rig.add("b");
  rig.join("b", on == Limits::RetryOn::other ? 1 : 2);
  rig.bad[0] = {"x"};
  rig.forget();
  rig.end("a", 0, 1, Outcome::done);
  return rig.said<ItemWork>("a").empty() ? "b" : "a";
}

TEST(RetryOn, OtherNodeWhereThereIsOne) { EXPECT_EQ(where(Limits::RetryOn::other), "b"); }
TEST(RetryOn, AnyNodeWithCredit) { EXPECT_EQ(where(Limits::RetryOn::any), "a"); }
TEST(RetryOn, SameNode) { EXPECT_EQ(where(Limits::RetryOn::same), "a"); }

TEST(RetryOn, AnotherNodeWhenTheSameIsGone) {
  Rig rig(limits(1, Limits::RetryOn::same));
  rig.add("a");
  rig.join("a", 1);
  rig.plan(1);
  rig.bad[0] = {"x"};
  rig.end("a", 0, 1, Outcome::done);
  rig.add("b");
  rig.join("b", 9);
  rig.forget();
  rig.lost("a");
  ASSERT_EQ(rig.said<ItemWork>("b").size(), 1U);
}

}  // namespace
}  // namespace dtest::master
