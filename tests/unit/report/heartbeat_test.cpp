#include "report/heartbeat.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

TEST(Heartbeat, OneLineAPeriodWhileThingsProgress) {
  Heartbeat beat(30, 60);
  int lines = 0;
  for (int t = 1; t <= 120; ++t) lines += beat.check(static_cast<std::uint64_t>(t), t) == Heartbeat::Due::status;
  EXPECT_EQ(lines, 4);
}

TEST(Heartbeat, AHangIsToldEverLessOften) {
  Heartbeat beat(30, 60);
  beat.check(1, 0);
  std::vector<int> told;
  for (int t = 1; t <= 1000; ++t) {
    if (beat.check(1, t) == Heartbeat::Due::stuck) told.push_back(t);
  }
  EXPECT_EQ(told, (std::vector<int>{60, 120, 240, 480, 960}));
}

}  // namespace
}  // namespace dtest::report
