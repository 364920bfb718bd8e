#include "schedule/estimate.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "generator.hpp"

namespace dtest::schedule {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

File known(double secs, std::uint64_t bytes, std::uint32_t runs = 5) {
  return {.path = "k", .past = Past{.mean_secs = secs, .runs = runs, .last_secs = secs}, .bytes = bytes};
}
File unknown(std::uint64_t bytes) { return {.path = "u", .bytes = bytes}; }

TEST(Weigh, FirstRunIsTheMean) { EXPECT_DOUBLE_EQ(weigh(0, 0, 4), 4); }

TEST(Weigh, EarlyRunsAreAveraged) {
  EXPECT_DOUBLE_EQ(weigh(4, 1, 6), 5);
  EXPECT_DOUBLE_EQ(weigh(5, 2, 8), 6);
}

TEST(Weigh, LaterRunsWeighThirtyPercent) {
  EXPECT_DOUBLE_EQ(weigh(10, 100, 20), 13);
  EXPECT_DOUBLE_EQ(weigh(10, 100, 0), 7);
}

TEST(Weigh, AChangeCountsForFiveSixthsAfterFiveRuns) {
  double mean = 10;
  for (int i = 0; i < 5; ++i) mean = weigh(mean, 100, 20);
  EXPECT_NEAR(mean, 18.32, 0.01);
}

TEST(Weigh, OneAbsurdRunIsBounded) {
  const double mean = weigh(2, 100, 9 * 3600);
  EXPECT_DOUBLE_EQ(mean, 2 + 0.3 * (21 - 2));
  EXPECT_DOUBLE_EQ(weigh(2, 100, kInf), 2);
  EXPECT_DOUBLE_EQ(weigh(2, 100, std::numeric_limits<double>::quiet_NaN()), 2);
  EXPECT_DOUBLE_EQ(weigh(2, 100, -1), 2);
}

TEST(Weigh, ARealGrowthIsLearntInAFewRuns) {
  double mean = 1;
  for (std::uint32_t i = 0; i < 6; ++i) mean = weigh(mean, 10 + i, 100);
  EXPECT_GT(mean, 60);
}

TEST(Weigh, StaysBetweenOldAndNew) {
  Generator random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double mean = random.part() * 100, secs = random.part() * 100;
    const double next = weigh(mean, static_cast<std::uint32_t>(random.below(20)) + 1, secs);
    EXPECT_GE(next, std::min(mean, secs));
    EXPECT_LE(next, std::max(mean, secs));
  }
}

TEST(Estimate, NothingKnownGivesNoTime) {
  const auto result = estimate({unknown(10), unknown(20)});
  for (const auto& one : result) {
    EXPECT_FALSE(one.secs);
    EXPECT_EQ(one.basis, Basis::none);
  }
}

TEST(Estimate, KnownFilesAreTheirMean) {
  const auto result = estimate({known(3, 100), known(5, 100)});
  EXPECT_DOUBLE_EQ(*result[0].secs, 3);
  EXPECT_DOUBLE_EQ(*result[1].secs, 5);
  EXPECT_EQ(result[0].basis, Basis::history);
}

TEST(Estimate, UnknownFilesAreScaledByTheMedianRate) {
  // Rates 0.01, 0.02, 0.02, 0.03 and one absurd 50: the median is 0.02.
  const auto result =
      estimate({known(1, 100), known(4, 200), known(2, 100), known(3, 100), known(50, 1), unknown(150)});
  EXPECT_DOUBLE_EQ(*result[5].secs, 3);
  EXPECT_EQ(result[5].basis, Basis::size);
}

TEST(Estimate, AHugeUnknownFileStaysWithinTheKnownOnes) {
  std::vector<File> files;
  for (int i = 1; i <= 100; ++i) files.push_back(known(i / 10.0, static_cast<std::uint64_t>(i) * 10));
  files.push_back(unknown(10'000'000));
  files.push_back(unknown(0));
  const auto result = estimate(files);
  EXPECT_NEAR(*result[100].secs, 9.5, 0.11);
  EXPECT_NEAR(*result[101].secs, 0.6, 0.11);
}

TEST(Estimate, WithoutSizesUnknownFilesAreTheMedian) {
  const auto result = estimate({known(1, 0), known(2, 0), known(9, 0), unknown(7)});
  EXPECT_DOUBLE_EQ(*result[3].secs, 2);
}

TEST(Estimate, ACrashedAttemptIsALowerBound) {
  auto crashed = unknown(10);
  crashed.past = Past{.at_least_secs = 40};
  auto timed = known(2, 10);
  timed.past->at_least_secs = 30;
  auto result = estimate({crashed});
  EXPECT_DOUBLE_EQ(*result[0].secs, 40);
  EXPECT_EQ(result[0].basis, Basis::at_least);
  result = estimate({timed, crashed});
  EXPECT_DOUBLE_EQ(*result[0].secs, 30);
  EXPECT_DOUBLE_EQ(*result[1].secs, 40);
}

TEST(Estimate, AbsurdMemoryIsBounded) {
  const auto result = estimate({known(1e12, 1), known(-5, 1), known(kInf, 1), known(0, 1)});
  EXPECT_DOUBLE_EQ(*result[0].secs, kMostSecs);
  EXPECT_DOUBLE_EQ(*result[1].secs, kLeastSecs);
  EXPECT_DOUBLE_EQ(*result[2].secs, kLeastSecs);
  EXPECT_DOUBLE_EQ(*result[3].secs, kLeastSecs);
}

}  // namespace
}  // namespace dtest::schedule
