// What people get of a node that they share, in virtual time.
#include <gtest/gtest.h>

#include "fleet.hpp"

namespace dtest::simulation {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kEndless = 100'000;

TEST(Sharing, TwoMastersGetHalfOfEightRunnersEach) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(2));
  ASSERT_TRUE(fleet.run_for(seconds(20)));
  EXPECT_EQ(fleet.busy(*fleet.tenants[0]), 8U) << "nobody else wants them";
  fleet.add("ben", kEndless, seconds(2));
  ASSERT_TRUE(fleet.run_for(seconds(3)));  // the items that ran when the second one came
  for (int minute = 0; minute < 2; ++minute) {
    std::vector<double> mean = means(fleet, seconds(60));
  ASSERT_EQ(mean.size(), fleet.tenants.size());
    EXPECT_NEAR(mean[0], 4, 0.5) << "minute " << minute;
    EXPECT_NEAR(mean[1], 4, 0.5) << "minute " << minute;
    EXPECT_GT(mean[0] + mean[1], 7.8) << "no runner is idle";
  }
}

TEST(Sharing, LongAndShortItemsGetTheSameTime) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(10));
  fleet.add("ben", kEndless, milliseconds(200));
  ASSERT_TRUE(fleet.run_for(seconds(10)));
  std::vector<double> mean = means(fleet, seconds(60));
  ASSERT_EQ(mean.size(), fleet.tenants.size());
  EXPECT_NEAR(mean[0], 4, 0.5);
  EXPECT_NEAR(mean[1], 4, 0.5);
}

TEST(Sharing, TwoRunsOfOnePersonGetNoMoreThanOne) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(1));
  fleet.add("anna", kEndless, seconds(1));
  fleet.add("ben", kEndless, seconds(1));
  ASSERT_TRUE(fleet.run_for(seconds(5)));
  std::vector<double> mean = means(fleet, seconds(30));
  ASSERT_EQ(mean.size(), fleet.tenants.size());
  EXPECT_NEAR(mean[0], 2, 0.5);
  EXPECT_NEAR(mean[1], 2, 0.5);
  EXPECT_NEAR(mean[2], 4, 0.5);
}

TEST(Sharing, WhatOneLeavesIsTheOthersWithinSeconds) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(1));
  Tenant& ben = fleet.add("ben", 100, seconds(1));
  while (ben.ended == base::kNever) ASSERT_TRUE(fleet.run_for(seconds(1)));
  EXPECT_EQ(ben.accepted, 100U);
  ASSERT_TRUE(fleet.run_for(seconds(3)));
  EXPECT_EQ(fleet.busy(*fleet.tenants[0]), 8U);
}

// Its last item runs for long: what it does not use meanwhile goes to the other.
TEST(Sharing, ARunThatHasNoMoreItemsClaimsNothing) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(1));
  fleet.add("ben", 1, seconds(200));
  ASSERT_TRUE(fleet.run_for(seconds(5)));
  ASSERT_EQ(fleet.busy(*fleet.tenants[1]), 1U);
  std::vector<double> mean = means(fleet, seconds(20));
  ASSERT_EQ(mean.size(), fleet.tenants.size());
  EXPECT_GT(mean[0], 6.8);
}

TEST(Sharing, MoreMastersThanRunnersTakeTurns) {
  Fleet fleet(2);
  for (const char* user : {"anna", "ben", "cem", "dora", "emil"}) fleet.add(user, kEndless, seconds(1));
  ASSERT_TRUE(fleet.run_for(seconds(10)));
  std::vector<double> mean = means(fleet, seconds(60));
  ASSERT_EQ(mean.size(), fleet.tenants.size());
  for (double each : mean) EXPECT_NEAR(each, 0.4, 0.15);
}

TEST(Sharing, WhoWaitsIsToldForWhom) {
  Fleet fleet(8);
  fleet.add("anna", kEndless, seconds(120));
  ASSERT_TRUE(fleet.run_for(seconds(4)));
  Tenant& ben = fleet.add("ben", kEndless, seconds(1));
  ASSERT_TRUE(fleet.run_for(seconds(4)));
  ASSERT_EQ(fleet.busy(ben), 0U) << "the other's files take long in this test";
  ASSERT_EQ(ben.told.size(), 1U);
  EXPECT_EQ(ben.told[0].second.rfind("waiting for runners of box: 8 are with anna's run of shop since 6.", 0), 0U)
      << ben.told[0].second;
  ASSERT_TRUE(fleet.run_for(seconds(120)));
  EXPECT_GE(fleet.busy(ben), 3U);
  ASSERT_GE(ben.told.size(), 2U);
  EXPECT_EQ(ben.told[1].second.rfind("box has runners for this run, after ", 0), 0U) << ben.told[1].second;
}

TEST(Sharing, TheDaemonLogsWhoseSessionsThereWere) {
  Fleet fleet(2);
  Tenant& anna = fleet.add("anna", 7, seconds(1));
  while (anna.ended == base::kNever) ASSERT_TRUE(fleet.run_for(seconds(1)));
  ASSERT_TRUE(fleet.run_for(seconds(15)));
  ASSERT_EQ(fleet.log.size(), 2U);
  EXPECT_NE(fleet.log[0].find("session of anna at annas-laptop for shop, 2 runners"), std::string::npos);
  EXPECT_NE(fleet.log[1].find("session of anna at annas-laptop for shop is over after "), std::string::npos);
  EXPECT_NE(fleet.log[1].find(", 7 items"), std::string::npos) << fleet.log[1];
}

// Come and go as they like: every item of everybody ends once, and nobody is lost.
TEST(Sharing, EveryoneIsServedInTheEnd) {
  Fleet fleet(6);
  Random random(7);
  const std::vector<std::string> users{"anna", "ben", "cem"};
  for (int i = 0; i < 12; ++i)
    fleet.add(random.pick(users), random.between(1, 60), milliseconds(random.between(20, 3000)),
              milliseconds(random.below(30'000)));
  ASSERT_TRUE(fleet.run_for(seconds(600)));
  for (const auto& tenant : fleet.tenants) {
    EXPECT_EQ(tenant->accepted, tenant->items);
    EXPECT_EQ(tenant->lost, 0U);
    EXPECT_NE(tenant->ended, base::kNever);
  }
}

}  // namespace
}  // namespace dtest::simulation
