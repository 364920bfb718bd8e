#include "schedule/shares.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <random>

namespace dtest::schedule {
namespace {

using Numbers = std::vector<std::uint32_t>;

std::uint32_t sum(const Numbers& numbers) { return std::accumulate(numbers.begin(), numbers.end(), 0U); }

TEST(Shares, OneAloneGetsWhatItWants) {
  EXPECT_EQ(fair_shares(8, {{"anna", 8, 0, {}}}), Numbers{8});
  EXPECT_EQ(fair_shares(8, {{"anna", 3, 0, {}}}), Numbers{3});
  EXPECT_EQ(fair_shares(8, {{"anna", 20, 0, {}}}), Numbers{8});
  EXPECT_EQ(fair_shares(8, {}), Numbers{});
  EXPECT_EQ(fair_shares(0, {{"anna", 8, 0, {}}}), Numbers{0});
}

TEST(Shares, TwoGetHalf) { EXPECT_EQ(fair_shares(8, {{"anna", 8, 8, {}}, {"ben", 8, 0, {}}}), (Numbers{4, 4})); }

TEST(Shares, WhatOneDoesNotWantIsTheOthers) {
  EXPECT_EQ(fair_shares(8, {{"anna", 8, 0, {}}, {"ben", 1, 0, {}}, {"cem", 8, 0, {}}}), (Numbers{4, 1, 3}));
  EXPECT_EQ(fair_shares(8, {{"anna", 0, 0, {}}, {"ben", 8, 0, {}}}), (Numbers{0, 8}));
}

TEST(Shares, TwoRunsOfOnePersonGetNoMoreThanOne) {
  EXPECT_EQ(fair_shares(8, {{"anna", 8, 0, {}}, {"anna", 8, 0, {}}, {"ben", 8, 0, {}}}), (Numbers{2, 2, 4}));
  EXPECT_EQ(fair_shares(9, {{"anna", 1, 0, {}}, {"anna", 9, 0, {}}, {"ben", 2, 0, {}}}), (Numbers{1, 6, 2}));
}

TEST(Shares, WhatCannotBeDividedGoesToWhoHadLess) {
  base::Duration much = std::chrono::seconds(9), little = std::chrono::seconds(1);
  EXPECT_EQ(fair_shares(3, {{"anna", 8, 0, much}, {"ben", 8, 0, little}}), (Numbers{1, 2}));
  EXPECT_EQ(fair_shares(1, {{"anna", 8, 0, much}, {"ben", 8, 0, little}, {"cem", 8, 0, much}}), (Numbers{0, 1, 0}));
  EXPECT_EQ(fair_shares(2, {{"anna", 2, 0, much}, {"anna", 2, 0, little}, {"ben", 2, 0, much}}), (Numbers{0, 1, 1}));
}

TEST(Shares, NothingIsTakenAwayAndWhatIsFreeGoesToWhoLacksMost) {
  auto all = allowances(8, {{"anna", 8, 8, {}}, {"ben", 8, 0, {}}});
  EXPECT_EQ(all[0].share, 4U);
  EXPECT_EQ(all[0].most, 4U) << "it holds eight, and starts nothing new";
  EXPECT_EQ(all[1].share, 4U);
  EXPECT_EQ(all[1].most, 0U) << "all are still with the other";
  all = allowances(8, {{"anna", 8, 6, {}}, {"ben", 8, 0, {}}});
  EXPECT_EQ(all[1].most, 2U);
  all = allowances(8, {{"anna", 8, 3, {}}, {"ben", 8, 4, {}}});
  EXPECT_EQ(all[0].most, 4U) << "its next file takes the place of the one that ended";
  all = allowances(6, {{"anna", 6, 5, {}}, {"ben", 6, 1, {}}, {"cem", 6, 0, {}}});
  EXPECT_EQ(all[1].most + all[2].most, 1U);
}

// For any claims: nobody above what it wants, all of it handed out if it is wanted, nobody worse off than another who
// got more and wanted no more; and what is allowed never exceeds what there is.
TEST(Shares, HoldForAnyClaims) {
  std::mt19937 random(1);
  auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 5000; ++round) {
    std::uint32_t capacity = below(20);
    std::vector<Claim> claims;
    std::uint32_t wanted = 0;
    for (std::uint32_t i = below(7); i > 0; --i) {
      claims.push_back({std::string(1, static_cast<char>('a' + below(4))), below(12), below(6),
                        std::chrono::seconds(below(5))});
      wanted += claims.back().wants;
    }
    Numbers shares = fair_shares(capacity, claims);
    ASSERT_EQ(sum(shares), std::min(capacity, wanted));
    std::map<std::string, std::uint32_t> of;
    for (std::size_t i = 0; i < claims.size(); ++i) of[claims[i].person] += shares[i];
    for (std::size_t i = 0; i < claims.size(); ++i) {
      ASSERT_LE(shares[i], claims[i].wants);
      if (shares[i] == claims[i].wants) continue;
      for (std::size_t other = 0; other < claims.size(); ++other) {
        bool same = claims[other].person == claims[i].person;
        ASSERT_LE(same ? shares[other] : of[claims[other].person], (same ? shares[i] : of[claims[i].person]) + 1);
      }
    }
    std::uint32_t held = 0, after = 0;
    auto all = allowances(capacity, claims);
    for (std::size_t i = 0; i < claims.size(); ++i) {
      held += claims[i].holds;
      after += std::max(claims[i].holds, all[i].most);
      ASSERT_LE(all[i].most, all[i].share);
    }
    ASSERT_LE(after, std::max(capacity, held));
    // Nothing that is wanted lies idle.
    if (held < capacity) {
      ASSERT_GE(after, std::min(capacity, std::max(held, sum(shares))));
    }
  }
}

}  // namespace
}  // namespace dtest::schedule
