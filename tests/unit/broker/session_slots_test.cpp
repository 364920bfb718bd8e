// doc/protocol.md §12: what a node does with the orders of the master's circuit breaker.
#include <gtest/gtest.h>

#include "rig.hpp"

namespace dtest::broker {
namespace {

using protocol::ItemEnd;
using protocol::Outcome;
using protocol::SlotOrder;

struct Slots : testing::Test {
  Rig rig{[] {
    Limits limits;
    limits.prefetch = 9;
    return limits;
  }()};
  void SetUp() override { rig.serving(2); }

  void order(std::uint64_t number, std::vector<SlotOrder> orders) {
    rig.work(protocol::SlotOrders{rig.run, rig.epoch, number, std::move(orders)});
  }
  static SlotOrder to(std::uint32_t slot, const char* what, std::uint32_t incarnation = 1) {
    return {base::Slot(slot), base::Incarnation(incarnation), what};
  }
  void item_for(std::uint64_t job, std::uint32_t item, std::vector<base::Slot> only) {
    rig.work(protocol::ItemWork{rig.run, rig.epoch, base::JobNumber(job), base::ItemId(item), base::Attempt(1),
                                "a_spec.rb", std::nullopt, false, std::nullopt, std::move(only)});
  }
  [[nodiscard]] std::vector<std::uint32_t> started() const {
    std::vector<std::uint32_t> slots;
    for (const SendLocal& send : rig.wanted<SendLocal>())
      if (std::holds_alternative<protocol::RunWork>(send.work)) slots.push_back(send.slot.value);
    return slots;
  }
  [[nodiscard]] std::vector<base::ItemId> items() const {
    std::vector<base::ItemId> items;
    for (const SendLocal& send : rig.wanted<SendLocal>())
      if (const auto* work = std::get_if<protocol::RunWork>(&send.work)) items.push_back(work->item);
    return items;
  }
  [[nodiscard]] std::size_t quits() const {
    std::size_t found = 0;
    for (const SendLocal& send : rig.wanted<SendLocal>())
      found += std::holds_alternative<protocol::Quit>(send.work) ? 1U : 0U;
    return found;
  }
};

TEST_F(Slots, OneThatRestsGetsNothingUntilItIsNotNamedAnyMore) {
  order(1, {to(1, protocol::kRest)});
  rig.item(1, 0);
  rig.item(2, 1);
  EXPECT_EQ(started(), std::vector<std::uint32_t>{2});
  order(2, {});
  EXPECT_EQ(started(), (std::vector<std::uint32_t>{2, 1}));
}

TEST_F(Slots, OldOrdersChangeNothing) {
  order(2, {to(1, protocol::kRest)});
  order(1, {});
  rig.item(1, 0);
  rig.item(2, 1);
  EXPECT_EQ(started(), std::vector<std::uint32_t>{2});
}

TEST_F(Slots, ARenewedOneQuitsBetweenItemsAndAnotherProcessFollows) {
  rig.item(1, 0);
  rig.forget();
  order(1, {to(1, protocol::kRenew)});
  EXPECT_EQ(quits(), 0U) << "it has an item";
  rig.done(1, 0);
  EXPECT_EQ(quits(), 1U);
  rig.forget();
  rig.over(1, "exit 0");
  ASSERT_EQ(rig.wanted<ForkRunner>().size(), 1U);
  EXPECT_EQ(rig.wanted<ForkRunner>()[0].incarnation, base::Incarnation(2));
  rig.ready(1);
  rig.item(2, 1);
  EXPECT_EQ(started(), std::vector<std::uint32_t>{1});
}

TEST_F(Slots, AStoppedOneIsFollowedByNone) {
  order(1, {to(1, protocol::kStop)});
  EXPECT_EQ(quits(), 1U);
  rig.forget();
  rig.over(1, "exit 0");
  EXPECT_TRUE(rig.wanted<ForkRunner>().empty());
  rig.item(1, 0);
  EXPECT_EQ(started(), std::vector<std::uint32_t>{2});
}

TEST_F(Slots, OneThatDoesNotQuitIsKilled) {
  order(1, {to(1, protocol::kRenew)});
  rig.forget();
  for (int i = 0; i < 11; ++i) {
    rig.pass(std::chrono::seconds(1));
    rig.ping(rig.header.beat.value, 0);
  }
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 1U);
}

TEST_F(Slots, WhatOnlyOneMayRunWaitsForItAndComesFirst) {
  rig.item(1, 0);
  rig.item(2, 1);
  rig.item(3, 2);
  item_for(4, 3, {base::Slot(2)});
  rig.forget();
  rig.done(1, 0);
  rig.done(2, 1);
  EXPECT_EQ(items(), (std::vector<base::ItemId>{base::ItemId(2), base::ItemId(3)}));
}

TEST_F(Slots, WhatNoneOfItsSlotsWillRunGoesBack) {
  order(1, {to(1, protocol::kRest)});
  rig.forget();
  item_for(1, 0, {base::Slot(1), base::Slot(77)});
  ASSERT_EQ(rig.reported<ItemEnd>().size(), 1U);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::returned);
}

// The boot process is being started again, so nothing is forked meanwhile.
TEST_F(Slots, WhenAllAreStoppedThatHaveNoProcessTheSessionSaysSo) {
  rig.over(0);
  rig.over(1);
  rig.over(2);
  order(1, {to(1, protocol::kStop)});
  EXPECT_TRUE(rig.reported<protocol::BootFailed>().empty());
  order(2, {to(1, protocol::kStop), to(2, protocol::kStop)});
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 69);
}

TEST_F(Slots, WhenTheLastOneStoppedHasEndedTheSessionSaysSo) {
  order(1, {to(1, protocol::kStop), to(2, protocol::kStop)});
  rig.over(1, "exit 0");
  EXPECT_TRUE(rig.reported<protocol::BootFailed>().empty());
  rig.over(2, "exit 0");
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
}

}  // namespace
}  // namespace dtest::broker
