// doc/protocol.md §10.3, as the run sees it: nodes that come, fall silent, and are lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "master/master.hpp"
#include "rig.hpp"

namespace dtest::master {
namespace {

using protocol::Hello;
using protocol::ItemWork;
using protocol::Outcome;
using Lines = std::vector<std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Nodes, HelloIsRepeatedMoreAndMoreSlowly) {
  Rig rig;
  rig.add("a");
  rig.pass(seconds(2));
  EXPECT_GE(rig.said<Hello>("a").size(), 7U);
  EXPECT_LE(rig.said<Hello>("a").size(), 10U);
}

TEST(Nodes, OneThatNeverAnswersIsGivenUp) {
  Rig rig;
  rig.add("a");
  rig.pass(seconds(29));
  EXPECT_FALSE(rig.master.finished());
  rig.pass(seconds(1));
  EXPECT_EQ(rig.told, Lines{"gone a 0"});
  EXPECT_TRUE(rig.master.finished());
}

TEST(Nodes, RefusedIsGone) {
  Rig rig;
  rig.add("a");
  protocol::Result refused;
  refused.header.number = base::SessionNumber(1);
  refused.content = protocol::Refused{"no", 69};
  rig.result("a", refused);
  EXPECT_EQ(rig.told, Lines{"gone a 0"});
}

TEST(Nodes, SilentOneGetsNoWork) {
  Rig rig;
  rig.add("a");
  rig.join("a", 1);
  rig.plan(3);
  rig.pass(milliseconds(2600));
  rig.forget();
  rig.add("b");
  rig.join("b", 1);
  EXPECT_EQ(rig.said<ItemWork>("b").size(), 1U);
  rig.end("a", 0, 1, Outcome::done);
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 1U) << "heard again";
}

TEST(Nodes, DeadOneLosesItsItemsAndIsGreetedAgain) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(2);
  rig.forget();
  rig.pass(seconds(10));
  EXPECT_EQ(rig.told, (Lines{"a 0.1 stopped repeated", "a 1.1 stopped repeated", "gone a 2"}));
  ASSERT_FALSE(rig.said<Hello>("a").empty());
  EXPECT_EQ(rig.said<Hello>("a").back().number, base::SessionNumber(2));
  rig.join("a", 2);
  EXPECT_EQ(rig.said<ItemWork>("a").back().attempt, base::Attempt(2));
}

TEST(Nodes, NoSessionRequeues) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(1);
  rig.forget();
  rig.nosession("a");
  EXPECT_EQ(rig.told, (Lines{"a 0.1 stopped repeated", "gone a 1"}));
  EXPECT_EQ(rig.said<Hello>("a").back().number, base::SessionNumber(2));
}

TEST(Nodes, NoSessionOfAnotherEpochIsNothing) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(1);
  rig.forget();
  rig.sides["a"].header.epoch = base::Epoch(1);
  rig.nosession("a");
  EXPECT_EQ(rig.told, Lines{});
}

// Late words of a life that nobody knew of must not license a second start.
TEST(Nodes, WordsOfAnotherEpochAreNothing) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(1);
  rig.forget();
  rig.sides["a"].header.epoch = base::Epoch(1);
  rig.beat("a");
  EXPECT_EQ(rig.told, Lines{});
  EXPECT_TRUE(rig.said<Hello>("a").empty());
}

TEST(Nodes, AClosedSessionIsReplacedWhileThereIsWork) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(1);
  rig.end("a", 0, 1, Outcome::stopped);
  rig.forget();
  rig.report("a", {protocol::Closed{}});
  EXPECT_EQ(rig.told.back(), "gone a 1");
  EXPECT_EQ(rig.said<Hello>("a").back().number, base::SessionNumber(2));
}

// doc/protocol.md §11: what it gave back goes elsewhere, and it is greeted when its connections are up anew.
TEST(Nodes, ADrainedOneIsNotLost) {
  Rig rig;
  rig.add("a");
  rig.add("b");
  rig.join("a", 2);
  rig.plan(3);
  rig.end("a", 0, 1, Outcome::done);
  rig.forget();
  protocol::ItemEnd back{base::ItemId(1), base::Attempt(1), Outcome::returned};
  back.why = "drained";
  rig.report("a", {back, protocol::Closed{"drained"}});
  EXPECT_EQ(rig.told.back(), "gone a 2 clean") << "one was given back, one was on the way";
  EXPECT_EQ(rig.why_gone, "drained");
  EXPECT_TRUE(rig.said<Hello>("a").empty());
  rig.add("a");
  EXPECT_EQ(rig.said<Hello>("a").back().number, base::SessionNumber(2));
}

TEST(Nodes, OneThatCannotBootIsNotAskedAgain) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.forget();
  rig.report("a", {protocol::BootFailed{"no ruby", 78, {}}, protocol::Closed{}});
  EXPECT_TRUE(rig.said<Hello>("a").empty());
  EXPECT_EQ(rig.why_gone, "it could not start");
  EXPECT_TRUE(rig.master.finished());
}

// Its guardian was killed, say: that it could not start is no longer true.
TEST(Nodes, OneThatFailsAfterItServedSaysWhy) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.report("a", {protocol::RunnerUp{base::Slot(1), base::Incarnation(1), 100}});
  rig.report("a", {protocol::BootFailed{"the guardian was killed\nlong words", 69, {}}, protocol::Closed{}});
  EXPECT_EQ(rig.why_gone, "the guardian was killed");
  EXPECT_TRUE(rig.master.finished());
}

// A framework may find only while it loads, after its plan, that it cannot run.
TEST(Nodes, OneThatFailsAfterItsPlanGetsNothingBack) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.plan(3);
  rig.forget();
  rig.report("a", {protocol::BootFailed{"bad option", 78, {}}});
  rig.end("a", 0, 1, Outcome::returned);
  rig.end("a", 1, 1, Outcome::returned);
  EXPECT_TRUE(rig.said<protocol::ItemWork>("a").empty());
  rig.report("a", {protocol::Closed{}});
  EXPECT_TRUE(rig.said<Hello>("a").empty());
  EXPECT_TRUE(rig.master.finished());
}

TEST(Nodes, EmbeddedOnesAreNeverSilentOrDead) {
  Limits limits;
  limits.dead.reset();
  Rig rig(limits);
  rig.add("a");
  rig.pass(seconds(100));
  rig.join("a", 2);
  rig.plan(1);
  rig.pass(seconds(1000));
  EXPECT_EQ(rig.told, Lines{"joined a"});
  rig.lost("a");
  EXPECT_TRUE(rig.master.finished());
}

TEST(Nodes, OneThatDiesWhileTheRunEndsIsGone) {
  Rig rig;
  rig.add("a");
  rig.join("a");
  rig.plan(0);
  rig.pass(seconds(10));
  EXPECT_TRUE(rig.master.finished());
}

// The run goes on at one node; the other one comes back.
TEST(Nodes, OneThatIsGoneIsGreetedAnewWhenItIsAddedAgain) {
  Rig rig;
  for (const char* name : {"a", "b"}) {
    rig.add(name);
    rig.join(name, 1);
  }
  rig.plan(4);
  rig.lost("a");
  rig.forget();
  rig.add("b");
  EXPECT_TRUE(rig.said<Hello>("b").empty()) << "it is there";
  rig.add("a");
  ASSERT_EQ(rig.said<Hello>("a").size(), 1U);
  EXPECT_EQ(rig.said<Hello>("a").front().number, base::SessionNumber(2));
  rig.join("a", 1);
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 1U);
}

TEST(Nodes, AFailedBootIsNotTriedAgain) {
  Rig rig;
  rig.add("a");
  rig.join("a");
  rig.add("b");
  rig.join("b");
  rig.report("a", {protocol::BootFailed{"no bundle", 78, {}}});
  rig.report("a", {protocol::Closed{}});
  rig.forget();
  rig.add("a");
  EXPECT_TRUE(rig.said<Hello>("a").empty());
}

TEST(Nodes, ARunThatExpectsAnotherNodeDoesNotEndForWantOfOne) {
  Rig rig;
  rig.master.expect_nodes(true);
  rig.add("a");
  rig.join("a", 1);
  rig.plan(1);
  rig.lost("a");
  EXPECT_FALSE(rig.master.finished());
  rig.add("b");
  rig.join("b", 1);
  ASSERT_EQ(rig.said<ItemWork>("b").size(), 1U);
  rig.master.expect_nodes(false);
  rig.lost("b");
  EXPECT_TRUE(rig.master.finished());
}

TEST(Nodes, ARunWithoutNodesEndsWhenItIsKilled) {
  Rig rig;
  rig.master.expect_nodes(true);
  rig.pass(seconds(60));
  EXPECT_FALSE(rig.master.finished());
  rig.kill();
  EXPECT_TRUE(rig.master.finished());
}

TEST(Nodes, TheHeavierIsServedFirst) {
  Rig rig;
  Actions actions;
  rig.master.add_node("light", {}, rig.now, actions);
  rig.master.add_node("heavy", NodeTerms{.weight = 3}, rig.now, actions);
  for (const Send& hello : actions) rig.sent.emplace_back(hello.node, *protocol::decode_work(hello.frame).message);
  rig.join("light", 2);
  rig.join("heavy", 2);
  rig.plan(1);
  EXPECT_EQ(rig.said<ItemWork>("heavy").size(), 1U);
}

TEST(Nodes, OneWithAFreeRunnerComesBeforeOneWithMoreCredit) {
  Rig rig;
  for (const auto& [name, credit] : {std::pair{"ahead", 5U}, std::pair{"free", 2U}}) {
    rig.add(name);
    rig.join(name, credit);
    rig.report(name, {protocol::RunnerUp{base::Slot(1), base::Incarnation(1), 7}});
  }
  rig.plan(2);
  EXPECT_EQ(rig.said<ItemWork>("ahead").size(), 1U);
  EXPECT_EQ(rig.said<ItemWork>("free").size(), 1U);
}

TEST(Nodes, EachMayBeAskedForSomethingElse) {
  Rig rig;
  Actions actions;
  NodeTerms terms;
  terms.options.emplace().project = "/elsewhere";
  terms.options->runners = 7;
  rig.master.add_node("a", terms, rig.now, actions);
  ASSERT_EQ(actions.size(), 1U);
  auto work = protocol::decode_work(actions.front().frame);
  EXPECT_EQ(std::get<Hello>(*work.message).options.runners, 7U);
}

TEST(Nodes, TheEmbeddedOneIsNeverTakenForDead) {
  Rig rig;
  Actions actions;
  rig.master.add_node("local", NodeTerms{.leased = false}, rig.now, actions);
  for (const Send& hello : actions) rig.sent.emplace_back(hello.node, *protocol::decode_work(hello.frame).message);
  rig.join("local");
  rig.pass(seconds(60));
  EXPECT_EQ(rig.told, Lines{"joined local"});
}

TEST(Nodes, OneIsToldThatTheProjectIsThereUntilItBegins) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  rig.report("a", {protocol::Workspace{"/w/1"}});
  EXPECT_TRUE(rig.said<protocol::Synced>("a").empty());
  Actions actions;
  rig.master.on_synced("a", actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<protocol::Synced>(*protocol::decode_work(actions[0].frame).message));
  rig.pass(seconds(2));
  EXPECT_GE(rig.said<protocol::Synced>("a").size(), 2U) << "it may have been lost";
  rig.report("a", {protocol::Booting{7}});
  rig.forget();
  rig.pass(seconds(2));
  EXPECT_TRUE(rig.said<protocol::Synced>("a").empty());
}

TEST(Nodes, OneThatTheProjectCannotReachIsNotUsed) {
  Rig rig;
  rig.add("a");
  rig.join("a", 2);
  Actions actions;
  rig.master.on_not_synced("a", actions);
  ASSERT_EQ(actions.size(), 1U);
  rig.forget();
  rig.report("a", {protocol::Closed{}});
  EXPECT_TRUE(rig.said<Hello>("a").empty());
  EXPECT_TRUE(rig.master.finished());
}

}  // namespace
}  // namespace dtest::master
