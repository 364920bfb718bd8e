#include "system/clock.hpp"

#include <gtest/gtest.h>

#include "support/fake_clock.hpp"
#include "system/random.hpp"

namespace dtest::system {
namespace {

TEST(SystemClock, NeverGoesBack) {
  const SystemClock clock;
  base::Instant last = clock.now();
  for (int i = 0; i < 1000; ++i) {
    const base::Instant now = clock.now();
    ASSERT_GE(now, last);
    last = now;
  }
  EXPECT_GT(clock.wall().us, 1'600'000'000'000'000);
}

TEST(HoldableClock, WhatPassesWhileItIsHeldNeverWas) {
  HoldableClock clock;
  const SystemClock real;
  const base::Instant start = clock.now();
  clock.hold();
  const base::Instant held = clock.now();
  while (real.now() < held + base::Duration{20'000}) {
  }
  clock.hold();
  EXPECT_TRUE(clock.is_held());
  EXPECT_EQ(clock.now(), held);
  EXPECT_GE(clock.go_on(), base::Duration{20'000});
  EXPECT_EQ(clock.go_on(), base::Duration{0});
  EXPECT_GE(clock.now(), start);
  EXPECT_LE(clock.now(), real.now() - base::Duration{20'000});
}

TEST(FakeClock, StandsStillUntilTold) {
  support::FakeClock clock;
  const base::Instant start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(base::Duration{5});
  EXPECT_EQ(clock.now() - start, base::Duration{5});
}

TEST(Random, NumbersDiffer) {
  EXPECT_NE(random_u64(), random_u64());
  random_bytes({});
}

}  // namespace
}  // namespace dtest::system
