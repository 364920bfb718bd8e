// doc/protocol.md §10.1: jobs, credit, cancel, bye, lease.
#include "broker/session.hpp"

#include <gtest/gtest.h>

#include "rig.hpp"

namespace dtest::broker {
namespace {

using protocol::ItemEnd;
using protocol::Outcome;
using State = Session::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Session, CreditIsFinishedPlusRunnersPlusPrefetch) {
  Rig rig;
  rig.serving(2);
  EXPECT_EQ(rig.header.credit, base::JobNumber(3));
  rig.item(1);
  rig.done(1);
  EXPECT_EQ(rig.header.credit, base::JobNumber(4));
}

TEST(Session, TakesOnlyTheNextJobWithinTheCredit) {
  Rig rig;
  rig.serving(1);
  rig.item(2);
  EXPECT_EQ(rig.header.accepted, base::JobNumber(0));
  EXPECT_EQ(rig.results.size(), 1U) << "a beat tells what it has";
  rig.item(1);
  rig.item(1);
  rig.item(2, 1);
  rig.item(3, 2);
  rig.pass(milliseconds(20));
  EXPECT_EQ(rig.header.accepted, base::JobNumber(2));
  EXPECT_EQ(rig.wanted<SendLocal>().size(), 1U) << "one runner, one item";
}

TEST(Session, SaysSoonThatItTookAJob) {
  Rig rig;
  rig.serving(1);
  rig.item(1);
  rig.pass(milliseconds(25));
  rig.forget();
  rig.item(2, 1);  // only queued: no report will tell
  rig.pass(milliseconds(20));
  EXPECT_EQ(rig.header.accepted, base::JobNumber(2));
}

TEST(Session, FullOutboxFreezesTheCredit) {
  Limits limits;
  limits.outbox_reports = 12;
  Rig rig(limits);
  rig.serving(1);
  rig.item(1);
  for (int i = 0; i < 20; ++i) rig.runner_says(1, protocol::OutsideError{});
  rig.done(1);
  EXPECT_EQ(rig.header.credit, base::JobNumber(2));
  rig.forget();
  rig.ack_all();
  EXPECT_EQ(rig.header.credit, base::JobNumber(3)) << "told at once";
  EXPECT_FALSE(rig.results.empty());
}

TEST(Session, DrainGivesBackWhatIsQueuedAndTakesNothingMore) {
  Rig rig;
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  rig.cancel(false);
  EXPECT_EQ(rig.state(), State::draining);
  ASSERT_EQ(rig.reported<ItemEnd>().size(), 1U);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].item, base::ItemId(1));
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::returned);
  EXPECT_EQ(rig.header.credit, base::JobNumber(2)) << "what comes back must not be sent again";
  rig.done(1);
  EXPECT_EQ(rig.reported<ItemEnd>().back().outcome, Outcome::done);
}

TEST(Session, ByeEndsRunnersThenTheBootProcessThenAll) {
  Rig rig;
  rig.serving(2);
  rig.bye();
  EXPECT_EQ(rig.state(), State::leaving);
  EXPECT_EQ(rig.wanted<SendLocal>().size(), 2U);
  rig.over(1, "exit 0");
  rig.over(2, "exit 0");
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 3U);
  EXPECT_EQ(rig.wanted<SendLocal>()[2].slot, base::kBootSlot);
  rig.over(0, "exit 0");
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.reported<protocol::Closed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::RunnerExit>()[0].why, "ended");
  rig.ack_all();
  EXPECT_FALSE(rig.state());
}

// It outlived the signal for a while: what it made of that is no verdict.
TEST(Session, WhatEndsAfterTheKillCountsForNothing) {
  for (const bool leaves : {false, true}) {
    Rig rig;
    rig.serving(1);
    rig.item(1, 0);
    rig.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), "a[1:1]"});
    if (leaves) rig.bye();
    else rig.cancel(true);
    protocol::ExampleOver over;
    over.example.item = base::ItemId(0);
    over.example.attempt = base::Attempt(1);
    over.example.id = "a[1:1]";
    over.example.status = "passed";
    rig.runner_says(1, over);
    rig.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), "a[1:2]"});
    rig.done(1);
    rig.over(1, "SIGTERM");
    rig.empty();
    EXPECT_TRUE(rig.reported<protocol::Example>().empty());
    const auto ends = rig.reported<ItemEnd>();
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].outcome, Outcome::stopped);
    EXPECT_EQ(ends[0].running, "a[1:1]");
  }
}

TEST(Session, CancelKillStopsOpenItems) {
  Rig rig;
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  rig.cancel(true);
  EXPECT_EQ(rig.state(), State::closing);
  rig.over(1, "SIGTERM");
  rig.empty();
  auto ends = rig.reported<ItemEnd>();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].outcome, Outcome::returned);
  EXPECT_EQ(ends[1].outcome, Outcome::stopped);
  EXPECT_TRUE(std::holds_alternative<protocol::Closed>(rig.bodies.back()));
}

TEST(Session, NothingIsTakenAfterClosed) {
  Rig rig;
  rig.serving(1);
  rig.cancel(true);
  rig.empty();
  rig.item(1);
  rig.pass(milliseconds(50));
  EXPECT_EQ(rig.header.accepted, base::JobNumber(0));
  EXPECT_TRUE(std::holds_alternative<protocol::Closed>(rig.bodies.back()));
}

TEST(Session, TheEndOfTheKeeperIsTheEndOfTheSession) {
  Rig rig;
  rig.serving(2);
  rig.item(1);
  rig.forget();
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::stopped);
  EXPECT_TRUE(rig.wanted<ForkRunner>().empty());
  EXPECT_TRUE(std::holds_alternative<protocol::Closed>(rig.bodies.back()));
}

TEST(Session, TheEndOfTheKeeperWhileLeavingLeavesNoTimer) {
  Rig rig;
  rig.serving(1);
  rig.bye();
  rig.empty();
  rig.pass(seconds(20));
  EXPECT_FALSE(rig.state());
}

TEST(Session, TheLeaseRunsFromTheBeatThatIsEchoed) {
  Rig rig;
  rig.serving(1);
  std::uint64_t old = rig.header.beat.value;
  base::Instant sent = rig.now - milliseconds(30);
  rig.pass(seconds(5));
  rig.ping(old, 0);  // waited for five seconds in some buffer
  rig.pass(sent + seconds(8) - rig.now - milliseconds(40));
  EXPECT_TRUE(rig.wanted<KillSession>().empty());
  rig.pass(milliseconds(80));
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
}

TEST(Session, AMissingMasterMeansAQuickDeath) {
  Rig rig;
  rig.options.grace = seconds(30);
  rig.serving(1);
  rig.bye();
  rig.pass(seconds(9));
  ASSERT_EQ(rig.wanted<KillSession>().size(), 1U) << "also while exit handlers run";
  EXPECT_LE(rig.wanted<KillSession>()[0].grace, seconds(1)) << "or it would outlive the master's patience";
}

TEST(Session, EchoedBeatsKeepItAlive) {
  Rig rig;
  rig.serving(1);
  for (int i = 0; i < 40; ++i) {
    rig.pass(milliseconds(500));
    rig.ack_all();
  }
  EXPECT_EQ(rig.state(), State::serving);
}

TEST(Session, AnAcknowledgementOfTheFutureIsIgnored) {
  Rig rig;
  rig.serving(1);
  rig.item(1);
  rig.ping(1, 1'000'000);
  rig.pass(milliseconds(20));
  EXPECT_EQ(rig.reported<protocol::ItemStart>().size(), 1U);
}

}  // namespace
}  // namespace dtest::broker
