#include "report/countdown.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

TEST(Countdown, RunsDown) {
  Countdown c;
  EXPECT_FALSE(c.shown(0));
  c.estimate(60, 0);
  EXPECT_DOUBLE_EQ(*c.shown(10), 50);
  EXPECT_FALSE(c.shown(59.5)) << "the last second is not counted";
}

TEST(Countdown, StandsStillWhileEstimatesSayMore) {
  Countdown c;
  c.estimate(60, 0);
  c.estimate(70, 10);
  EXPECT_DOUBLE_EQ(*c.shown(10), 50);
  EXPECT_DOUBLE_EQ(*c.shown(15), 50);
  c.estimate(48, 20);
  EXPECT_LE(*c.shown(20), 50);
}

TEST(Countdown, NeverGoesUpWithNoise) {
  Countdown c;
  double before = 1e9;
  for (int i = 0; i < 200; ++i) {
    double now = i * 0.5;
    c.estimate(120 - now + (i % 7) * 3 - 9, now);
    double shown = c.shown(now).value_or(0);
    EXPECT_LE(shown, before);
    before = shown;
  }
}

TEST(Countdown, BeginsAnewWhenItWasWrong) {
  Countdown c;
  c.estimate(10, 0);
  for (int i = 1; i < 30; ++i) c.estimate(300, i);
  EXPECT_GT(*c.shown(30), 250);
}

}  // namespace
}  // namespace dtest::report
