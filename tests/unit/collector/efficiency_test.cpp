#include "collector/efficiency.hpp"

#include <gtest/gtest.h>

#include "script.hpp"

namespace dtest::collector {
namespace {

const Place kOne{"n1", 1}, kTwo{"n1", 2};

double sum(const Efficiency& e) {
  double total = e.busy;
  for (const auto& [cause, share] : e.idle_by_cause) total += share;
  return total;
}

// Node joins at 1, runners are ready at 2; the first works from 2 to 6, the second from 3 to 4; end at 7.
TEST(Efficiency, EverySecondHasACause) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  meter.node_joined("n1", at(1));
  meter.runner_ready(kOne, at(2));
  meter.runner_ready(kTwo, at(2));
  meter.queued(2, at(2));
  meter.file_began(kOne, at(2));
  meter.queued(1, at(2));
  meter.file_began(kTwo, at(3));
  meter.queued(0, at(3));
  meter.file_ended(kTwo, base::from_seconds(1), at(4));
  meter.file_ended(kOne, base::from_seconds(4), at(6));
  meter.example_began(at(2.5));
  meter.example_began(at(3.5));
  Efficiency e = meter.finish(at(7));
  EXPECT_EQ(e.runners, 2U);
  EXPECT_DOUBLE_EQ(e.work_secs, 5);
  EXPECT_DOUBLE_EQ(e.busy, 5.0 / 12);
  EXPECT_DOUBLE_EQ(e.speedup, 5.0 / 7);
  EXPECT_DOUBLE_EQ(e.ideal_secs, 4 + 1);  // the longest file, and the boot
  EXPECT_DOUBLE_EQ(e.first_test_secs, 2.5);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("boot"), 2.0 / 12);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("waiting"), 1.0 / 12);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("tail"), 2.0 / 12);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("other"), 2.0 / 12);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("set_up"), 0);
  EXPECT_DOUBLE_EQ(sum(e), 1);
}

// node_setup from 1 to 3, two runner_setups until 4, ready at 5.
TEST(Efficiency, HooksAreACauseOfTheirOwn) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  meter.node_joined("n1", at(0));
  meter.hook_began("n1", at(1));
  meter.hook_ended("n1", at(3));
  meter.hook_began("n1", at(3));
  meter.hook_began("n1", at(3));
  meter.hook_ended("n1", at(3.5));
  meter.hook_ended("n1", at(4));
  meter.runner_ready(kOne, at(5));
  meter.runner_ready(kTwo, at(5));
  meter.file_began(kOne, at(5));
  meter.file_began(kTwo, at(5));
  Efficiency e = meter.finish(at(10));
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("hooks"), 3.0 / 10);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("boot"), 2.0 / 10);
  EXPECT_DOUBLE_EQ(e.busy, 0.5);
  EXPECT_DOUBLE_EQ(sum(e), 1);
}

TEST(Efficiency, AReplacementIsSetUp) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  meter.node_joined("n1", at(0));
  meter.runner_ready(kOne, at(1));
  meter.queued(1, at(1));
  meter.file_began(kOne, at(1));
  meter.file_ended(kOne, base::from_seconds(2), at(3));
  meter.runner_down(kOne, at(3));
  meter.runner_ready(kOne, at(4));
  meter.file_began(kOne, at(4));
  Efficiency e = meter.finish(at(8));
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("set_up"), 1.0 / 8);
  EXPECT_DOUBLE_EQ(e.busy, 6.0 / 8);
  EXPECT_DOUBLE_EQ(sum(e), 1);
}

TEST(Efficiency, AGoneNodesSecondsEnd) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  meter.node_joined("n1", at(0));
  meter.runner_ready(kOne, at(1));
  meter.runner_ready({"n2", 1}, at(1));
  meter.file_began(kOne, at(1));
  meter.file_began({"n2", 1}, at(1));
  meter.node_gone("n1", at(2));
  EXPECT_EQ(meter.runners_up(), 1U);
  Efficiency e = meter.finish(at(11));
  EXPECT_DOUBLE_EQ(e.busy, 11.0 / 12);
  EXPECT_DOUBLE_EQ(sum(e), 1);
}

TEST(Efficiency, AfterCancelIdleIsNobodysFault) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  meter.node_joined("n1", at(0));
  meter.runner_ready(kOne, at(0));
  meter.queued(9, at(0));
  meter.cancelled(at(1));
  Efficiency e = meter.finish(at(4));
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("waiting"), 0.25);
  EXPECT_DOUBLE_EQ(e.idle_by_cause.at("other"), 0.75);
}

TEST(Efficiency, NothingHappened) {
  EfficiencyMeter meter;
  meter.begin(at(0));
  Efficiency e = meter.finish(at(0));
  EXPECT_EQ(e.busy, 0);
  EXPECT_EQ(e.speedup, 0);
  EXPECT_EQ(e.idle_by_cause.size(), 6U);
}

}  // namespace
}  // namespace dtest::collector
