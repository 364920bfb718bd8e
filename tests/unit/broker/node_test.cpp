// doc/protocol.md §10.1, the rows about which session there is.
#include "broker/node.hpp"

#include <gtest/gtest.h>

#include "rig.hpp"

namespace dtest::broker {
namespace {

using State = Session::State;
using std::chrono::seconds;

bool denied(const Rig& rig, base::Epoch epoch) {
  for (const protocol::Result& result : rig.results)
    if (std::holds_alternative<protocol::NoSession>(result.content) && result.header.epoch == epoch) return true;
  return false;
}

TEST(Node, AnswersAHelloOnlyWhenItIsHeard) {
  Rig rig;
  rig.node.on_subscription(rig.run, false);
  rig.hello();
  EXPECT_FALSE(rig.state());
  EXPECT_TRUE(rig.actions.empty());
  rig.node.on_subscription(rig.run, true);
  rig.hello();
  EXPECT_EQ(rig.state(), State::opening);
  EXPECT_EQ(rig.wanted<StartKeeper>().size(), 1U);
  EXPECT_EQ(rig.wanted<StartBoot>().size(), 1U);
  EXPECT_EQ(rig.results.size(), 1U) << "a beat";
}

TEST(Node, RefusesAHelloWithTheReason) {
  Rig rig;
  Actions actions;
  rig.node.refuse(rig.run, base::SessionNumber(3), "lacks 'lib'", 69, actions);
  ASSERT_EQ(actions.size(), 1U);
  auto result = protocol::decode_result(std::get<Publish>(actions[0]).frame);
  ASSERT_TRUE(result) << result.why;
  EXPECT_EQ(result.message->header.number, base::SessionNumber(3));
  EXPECT_EQ(std::get<protocol::Refused>(result.message->content).why, "lacks 'lib'");
  rig.node.on_subscription(rig.run, false);
  rig.node.refuse(rig.run, base::SessionNumber(3), "lacks 'lib'", 69, actions);
  EXPECT_EQ(actions.size(), 1U) << "nobody would hear it";
}

TEST(Node, RefusesNewSessionsWhenItIsStopped) {
  Rig rig;
  Actions actions;
  rig.node.stop(rig.now, actions);
  rig.hello();
  EXPECT_FALSE(rig.state());
  ASSERT_EQ(rig.results.size(), 1U);
  EXPECT_EQ(std::get<protocol::Refused>(rig.results[0].content).code, 69);
}

TEST(Node, DeniesWhatItDoesNotHave) {
  Rig rig;
  rig.epoch = base::Epoch(5);
  rig.ping(1, 0);
  EXPECT_TRUE(denied(rig, base::Epoch(5)));
  rig.forget();
  rig.item(1);
  rig.cancel(true);
  rig.bye();
  EXPECT_EQ(rig.results.size(), 3U);
}

TEST(Node, DeniesAnEpochThatIsNotTheSessions) {
  Rig rig;
  rig.serving(1);
  rig.work(protocol::Cancel{rig.run, base::Epoch(5), true});
  EXPECT_TRUE(denied(rig, base::Epoch(5)));
  EXPECT_EQ(rig.state(), State::serving);
}

TEST(Node, SameHelloGetsABeatAndALowerOneNothing) {
  Rig rig;
  rig.hello(2);
  rig.forget();
  rig.hello(2);
  EXPECT_EQ(rig.results.size(), 1U);
  rig.forget();
  rig.hello(1);
  EXPECT_TRUE(rig.actions.empty());
}

TEST(Node, AHigherHelloReplacesTheSessionOnceAllIsReaped) {
  Rig rig;
  rig.serving(1);
  base::Epoch old = rig.epoch;
  rig.hello(3);
  rig.hello(2);  // late
  EXPECT_EQ(rig.state(), State::closing);
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  EXPECT_TRUE(rig.wanted<StartKeeper>().empty());
  rig.ping(1, 0);
  EXPECT_FALSE(denied(rig, old)) << "it still has processes";
  rig.empty();
  EXPECT_EQ(rig.state(), State::opening);
  EXPECT_EQ(rig.session()->number(), base::SessionNumber(3));
  EXPECT_NE(rig.session()->epoch(), old);
  EXPECT_EQ(rig.wanted<EndSession>().size(), 1U);
}

TEST(Node, AClosedSessionIsReplacedAtOnce) {
  Rig rig;
  rig.serving(1);
  rig.cancel(true);
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
  rig.hello(2);
  EXPECT_EQ(rig.state(), State::opening);
}

// Whoever killed it, the OOM killer for one: it is no bug of ours, but the run has lost its node.
TEST(Node, ALostKeeperIsALostNode) {
  Rig rig;
  rig.serving(1);
  rig.empty();
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 69);
  EXPECT_TRUE(rig.reported<protocol::BootFailed>()[0].why.starts_with("the guardian of the run on this node was killed"));
  EXPECT_EQ(rig.state(), State::closed);
}

TEST(Node, StopsOnceEverySessionIsReaped) {
  Rig rig;
  rig.serving(1);
  Actions actions;
  rig.node.stop(rig.now, actions);
  EXPECT_EQ(rig.node.sessions(), 1U);
  rig.empty();
  EXPECT_EQ(rig.node.sessions(), 0U);
  rig.hello(9);
  EXPECT_EQ(rig.node.sessions(), 0U);
}

TEST(Node, ForgetsAClosedSessionInTheEnd) {
  Rig rig;
  rig.serving(1);
  rig.cancel(true);
  rig.empty();
  rig.pass(seconds(11));
  EXPECT_FALSE(rig.state());
  EXPECT_EQ(rig.wanted<EndSession>().size(), 1U);
}

TEST(Node, WithoutALeaseAClosedSessionWaitsForItsMaster) {
  Limits limits;
  limits.lease.reset();
  Rig rig(limits);
  rig.serving(1);
  rig.cancel(true);
  rig.empty();
  rig.pass(seconds(3600));
  EXPECT_EQ(rig.state(), State::closed);
  rig.ack_all();
  EXPECT_FALSE(rig.state());
}

// doc/protocol.md §11: whoever is drained lets its runners leave in order.
TEST(Node, DrainedLeavesWhenNothingRunsAndTakesNoOther) {
  Rig rig;
  rig.serving(1);
  rig.item(1, 0);
  Actions actions;
  rig.node.drain(rig.now, actions);
  rig.step(std::move(actions));
  rig.pass(seconds(1));
  EXPECT_EQ(rig.state(), State::draining);
  rig.forget();
  rig.done(1);
  rig.pass(seconds(1));
  EXPECT_EQ(rig.state(), State::leaving);
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 1U) << "not again with each tick";
  EXPECT_EQ(rig.wanted<SendLocal>()[0].slot, base::Slot(1));
  rig.over(1, "exit 0");
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 2U);
  EXPECT_EQ(rig.wanted<SendLocal>()[1].slot, base::kBootSlot);
  rig.over(0, "exit 0");
  EXPECT_EQ(rig.state(), State::closing);
  rig.empty();
  EXPECT_FALSE(rig.state());
  rig.hello(2);
  EXPECT_FALSE(rig.state());
}

}  // namespace
}  // namespace dtest::broker
