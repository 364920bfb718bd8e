#include "schedule/makespan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "generator.hpp"
#include "schedule/order.hpp"
#include "support/sanitized.hpp"

namespace dtest::schedule {
namespace {

TEST(Makespan, OneRunnerTakesTheSum) { EXPECT_DOUBLE_EQ(makespan({1, 2, 3}, 1), 6); }
TEST(Makespan, EnoughRunnersTakeTheLongest) { EXPECT_DOUBLE_EQ(makespan({1, 2, 3}, 8), 3); }
TEST(Makespan, WhoeverIsFreeFirstTakesTheNext) {
  EXPECT_DOUBLE_EQ(makespan({3, 2, 2, 1}, 2), 4);
  EXPECT_DOUBLE_EQ(makespan({1, 2, 2, 3}, 2), 5);
}
TEST(Makespan, NothingTakesNoTime) { EXPECT_DOUBLE_EQ(makespan({}, 4), 0); }
TEST(Makespan, NoRunnerCountsAsOne) { EXPECT_DOUBLE_EQ(makespan({1, 2}, 0), 3); }
TEST(Makespan, NonsenseCountsAsNothing) { EXPECT_DOUBLE_EQ(makespan({-1, std::nan(""), INFINITY, 2}, 1), 2); }

TEST(LowerBound, IsShareOrLongest) {
  EXPECT_DOUBLE_EQ(lower_bound({1, 1, 1, 1}, 2), 2);
  EXPECT_DOUBLE_EQ(lower_bound({9, 1}, 2), 9);
}

TEST(LeftOf, CountsDownAndThenGrowsWithTheDelay) {
  EXPECT_DOUBLE_EQ(left_of({2, 5}), 3);
  EXPECT_DOUBLE_EQ(left_of({5, 5}), 0);
  EXPECT_DOUBLE_EQ(left_of({10, 5}), 1);
}

TEST(TimeLeft, RunningThenQueued) {
  EXPECT_DOUBLE_EQ(time_left({}, {}, 2), 0);
  EXPECT_DOUBLE_EQ(time_left({{1, 4}}, {}, 2), 3);
  EXPECT_DOUBLE_EQ(time_left({{1, 4}, {0, 1}}, {2, 2}, 2), 5);
  EXPECT_DOUBLE_EQ(time_left({{0, 10}}, {2, 2}, 2), 10);
  EXPECT_DOUBLE_EQ(time_left({{0, 1}, {0, 1}, {0, 1}}, {}, 2), 1);
}

TEST(TimeLeft, AtTheStartIsTheMakespan) {
  Generator random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> queued;
    for (auto n = random.below(30); n > 0; --n) queued.push_back(random.part() * 10);
    const auto runners = 1 + random.below(8);
    EXPECT_DOUBLE_EQ(time_left({}, queued, runners), makespan(queued, runners));
  }
}

TEST(Forecast, TwiceTheRunners) {
  const auto one = forecast({4, 3, 3, 2}, 2);
  EXPECT_DOUBLE_EQ(one.wall, 6);
  EXPECT_DOUBLE_EQ(one.lower, 6);
  EXPECT_DOUBLE_EQ(one.twice_wall, 4);
}

TEST(Makespan, LiesBetweenTheBoundAndTwiceIt) {
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    SCOPED_TRACE(seed);
    Generator random(seed);
    std::vector<double> durations;
    for (auto n = 1 + random.below(60); n > 0; --n) durations.push_back(std::pow(random.part(), 4) * 100);
    const auto runners = 1 + random.below(12);
    const double bound = lower_bound(durations, runners);
    EXPECT_GE(makespan(durations, runners), bound - 1e-9);
    EXPECT_LE(makespan(durations, runners), 2 * bound + 1e-9);
  }
}

TEST(Makespan, LongestFirstIsCloseToTheBound) {
  Generator random(7);
  std::vector<double> durations;
  for (int i = 0; i < 2'000; ++i) durations.push_back(0.1 + std::pow(random.part(), 6) * 30);
  const double any_order = makespan(durations, 30);
  std::sort(durations.begin(), durations.end(), std::greater<>());
  const double longest_first = makespan(durations, 30);
  EXPECT_LT(longest_first, 1.01 * lower_bound(durations, 30));
  EXPECT_LE(longest_first, any_order);
}

// Speed is not tested here (doc/benchmarks.md has it), only that such sizes are no special case.
constexpr int kMany = support::kSanitized ? 50'000 : 1'000'000;

TEST(Scale, ManyFilesHaveAMakespan) {
  Generator random(5);
  std::vector<double> durations;
  durations.reserve(kMany);
  for (int i = 0; i < kMany; ++i) durations.push_back(random.part());
  EXPECT_GE(makespan(durations, 200), lower_bound(durations, 200));
}

TEST(Scale, ManyFilesAreEstimatedAndOrdered) {
  Generator random(6);
  std::vector<File> files(kMany);
  for (std::size_t i = 0; i < files.size(); ++i) {
    files[i].path = "spec/models/some_model_" + std::to_string(random.next()) + "_spec.rb";
    files[i].bytes = random.below(20'000);
    if (i % 10 != 0) files[i].past = Past{.mean_secs = random.part() * 20, .runs = 4};
  }
  EXPECT_EQ(order(files, estimate(files)).size(), files.size());
}

}  // namespace
}  // namespace dtest::schedule
