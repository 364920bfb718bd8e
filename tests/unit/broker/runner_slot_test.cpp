#include "broker/runner_slot.hpp"

#include <gtest/gtest.h>

namespace dtest::broker {
namespace {

using State = RunnerSlot::State;
constexpr base::Instant kNow{std::chrono::seconds(5)};

TEST(RunnerSlot, GoesFromForkToIdleToBusyAndBack) {
  RunnerSlot slot{base::Slot(1)};
  EXPECT_EQ(slot.state(), State::empty);
  slot.fork(kNow);
  EXPECT_EQ(slot.state(), State::forking);
  EXPECT_EQ(slot.incarnation(), base::Incarnation(1));
  slot.ready(kNow);
  EXPECT_EQ(slot.state(), State::idle);
  slot.start({}, false, kNow);
  EXPECT_EQ(slot.state(), State::busy);
  slot.began("x", kNow);
  EXPECT_EQ(slot.running(), "x");
  slot.ended_example(kNow);
  EXPECT_EQ(slot.running(), std::nullopt);
  slot.done(kNow);
  EXPECT_EQ(slot.state(), State::idle);
  EXPECT_FALSE(slot.item());
}

TEST(RunnerSlot, BriefItemsAreSentAhead) {
  RunnerSlot slot{base::Slot(1)};
  slot.fork(kNow);
  slot.ready(kNow);
  EXPECT_FALSE(slot.takes_ahead()) << "an idle one starts at once";
  slot.start({}, false, kNow);
  EXPECT_FALSE(slot.takes_ahead()) << "behind a long item another runner may be free first";
  slot.done(kNow);
  slot.start({}, true, kNow);
  EXPECT_TRUE(slot.takes_ahead());
  protocol::RunWork next;
  next.item = base::ItemId(7);
  slot.send_ahead(next);
  EXPECT_FALSE(slot.takes_ahead()) << "one is enough";
  slot.done(kNow);
  EXPECT_EQ(slot.state(), State::busy);
  EXPECT_EQ(slot.item()->item, base::ItemId(7));
  EXPECT_FALSE(slot.take_ahead());
}

TEST(RunnerSlot, WhatIsKilledStaysSo) {
  RunnerSlot slot{base::Slot(1)};
  slot.fork(kNow);
  slot.ready(kNow);
  slot.start({}, false, kNow);
  slot.dying(RunnerSlot::Kill::timed_out, "hung");
  slot.done(kNow);
  EXPECT_EQ(slot.state(), State::dying);
  slot.over();
  slot.fork(kNow);
  EXPECT_EQ(slot.killed(), RunnerSlot::Kill::none);
  EXPECT_EQ(slot.kill_reason(), "");
}

TEST(RunnerSlot, CountsProcessesThatNeverHadAnItem) {
  RunnerSlot slot{base::Slot(1)};
  auto live = [&](bool useful) {
    slot.fork(kNow);
    slot.ready(kNow);
    if (useful) slot.start({}, false, kNow);
    return slot.over();
  };
  EXPECT_EQ(live(false), 1U);
  EXPECT_EQ(live(false), 2U);
  EXPECT_EQ(live(true), 0U);
  EXPECT_EQ(live(false), 1U);
  EXPECT_EQ(slot.incarnation(), base::Incarnation(4));
}

TEST(RunnerSlot, NoticesAMissingMessage) {
  RunnerSlot slot{base::Slot(1)};
  slot.fork(kNow);
  EXPECT_TRUE(slot.heard(1));
  EXPECT_TRUE(slot.heard(2));
  EXPECT_FALSE(slot.heard(4));
  slot.over();
  slot.fork(kNow);
  EXPECT_TRUE(slot.heard(1));
}

}  // namespace
}  // namespace dtest::broker
