// doc/protocol.md §10.1: the project's set-up hooks.
#include <gtest/gtest.h>

#include <algorithm>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using protocol::BootFailed;

using State = Session::State;
using std::chrono::seconds;

class Hooks : public testing::Test {
 protected:
  Hooks() : rig(without_lease()) {
    rig.options.hooks = {{"node_setup", "/p/.distributest/node_setup"}, {"runner_setup", "/etc/runner_setup"}};
    rig.options.host = "box";
  }
  static Limits without_lease() {
    Limits limits;
    limits.lease.reset();
    return limits;
  }
  std::vector<std::uint32_t> started() const {
    std::vector<std::uint32_t> slots;
    for (const StartHook& hook : rig.wanted<StartHook>()) slots.push_back(hook.slot.value);
    return slots;
  }
  std::vector<protocol::Setup> ends() const {
    std::vector<protocol::Setup> all = rig.reported<protocol::Setup>();
    std::erase_if(all, [](const protocol::Setup& s) { return s.phase != "end"; });
    return all;
  }
  bool boots() const { return !rig.wanted<StartBoot>().empty(); }

  Rig rig;
};

TEST_F(Hooks, RunInTheirOrderAndTheBootProcessLast) {
  rig.hello();
  EXPECT_EQ(started(), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(rig.wanted<StartHook>()[0].file, "/p/.distributest/node_setup");
  EXPECT_EQ(rig.wanted<StartHook>()[0].identifier, "box0");
  EXPECT_FALSE(rig.wanted<StartHook>()[0].tmpdir);
  rig.hook_over(0);
  EXPECT_EQ(started(), (std::vector<std::uint32_t>{0, 1, 2})) << "all at once";
  EXPECT_EQ(rig.wanted<StartHook>()[2].identifier, "box2");
  EXPECT_EQ(rig.wanted<StartHook>()[2].env.at("DB_PREFIX"), "box2");
  EXPECT_TRUE(rig.wanted<StartHook>()[2].tmpdir);
  rig.hook_over(2);
  EXPECT_FALSE(boots());
  rig.hook_over(1);
  EXPECT_TRUE(boots());
  EXPECT_TRUE(rig.wanted<KillHook>().empty()) << "what they started lives on";
  rig.boot_up();
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 2U);
}

TEST_F(Hooks, AreReportedWithTheirTimeAndOutput) {
  rig.hello();
  rig.pass(seconds(0));
  ASSERT_EQ(rig.reported<protocol::Setup>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::Setup>()[0].phase, "start");
  rig.pass(seconds(3));
  rig.hook_over(0);
  ASSERT_EQ(ends().size(), 1U);
  EXPECT_EQ(ends()[0].hook, "node_setup");
  EXPECT_EQ(ends()[0].file, "/p/.distributest/node_setup");
  EXPECT_EQ(ends()[0].how, "exit 0");
  EXPECT_TRUE(ends()[0].ok);
  EXPECT_EQ(ends()[0].took, seconds(3));
  EXPECT_EQ(ends()[0].output.data, "it said");
}

TEST_F(Hooks, OneOfThemAloneWillDo) {
  rig.options.hooks.erase("node_setup");
  rig.hello();
  EXPECT_EQ(started(), (std::vector<std::uint32_t>{1, 2}));
  Rig other;
  other.options.hooks = {{"node_setup", "/n"}};
  other.hello();
  other.hook_over(0);
  EXPECT_EQ(other.wanted<StartBoot>().size(), 1U);
}

TEST_F(Hooks, AreNotRunForAListing) {
  rig.options.mode = "list";
  rig.hello();
  EXPECT_TRUE(started().empty());
  EXPECT_TRUE(boots());
}

TEST_F(Hooks, AFailingNodeSetupIsTheEnd) {
  rig.hello();
  rig.hook_over(0, false, "exit 3");
  EXPECT_EQ(rig.state(), State::closing);
  ASSERT_EQ(rig.reported<BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<BootFailed>()[0].why, ".distributest/node_setup failed (exit 3)");
  EXPECT_EQ(rig.reported<BootFailed>()[0].code, 78);
  EXPECT_EQ(rig.reported<BootFailed>()[0].output.data, "it said");
  EXPECT_EQ(started().size(), 1U);
  EXPECT_FALSE(boots());
}

TEST_F(Hooks, AFailingRunnerSetupBreaksItsSlotOnly) {
  rig.hello();
  rig.hook_over(0);
  rig.hook_over(1, false, "exit 3");
  EXPECT_EQ(rig.wanted<KillHook>().size(), 1U) << "what it left";
  ASSERT_EQ(rig.reported<protocol::Notice>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::Notice>()[0].level, "warn");
  rig.hook_over(2);
  rig.boot_up();
  ASSERT_EQ(rig.wanted<ForkRunner>().size(), 1U);
  EXPECT_EQ(rig.wanted<ForkRunner>()[0].slot, base::Slot(2));
}

TEST_F(Hooks, WhenAllFailThereIsNoRun) {
  rig.hello();
  rig.hook_over(0);
  rig.hook_over(1, false, "exit 3");
  rig.hook_over(2, false, "cannot run /etc/runner_setup: Permission denied");
  EXPECT_EQ(rig.state(), State::closing);
  ASSERT_EQ(rig.reported<BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<BootFailed>()[0].code, 78);
  EXPECT_NE(rig.reported<BootFailed>()[0].why.find("Permission denied"), std::string::npos);
  EXPECT_FALSE(boots());
}

TEST_F(Hooks, AreKilledWhenTheirTimeIsOver) {
  rig.options.hook_timeout = seconds(30);
  rig.options.grace = seconds(5);
  rig.hello();
  rig.pass(seconds(29));
  EXPECT_TRUE(rig.wanted<KillHook>().empty());
  rig.pass(seconds(60));
  ASSERT_EQ(rig.wanted<KillHook>().size(), 1U) << "once";
  EXPECT_EQ(rig.wanted<KillHook>()[0].grace, seconds(5));
  rig.hook_over(0, true, "exit 0");
  ASSERT_EQ(rig.reported<BootFailed>().size(), 1U) << "whatever its status is then";
  std::string why = rig.reported<BootFailed>()[0].why;
  EXPECT_NE(why.find("killed after 30.0s, its time limit (--hook-timeout)"), std::string::npos) << why;
  EXPECT_FALSE(ends()[0].ok);
}

TEST_F(Hooks, TimeOfOneIsNotTimeOfTheBootProcess) {
  rig.options.boot_timeout = seconds(10);
  rig.hello();
  rig.pass(seconds(100));
  rig.hook_over(0);
  rig.pass(seconds(100));
  rig.hook_over(1);
  rig.hook_over(2);
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.pass(seconds(1));
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 1U);
}

TEST_F(Hooks, EndWithTheRun) {
  rig.hello();
  rig.cancel(true);
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  rig.hook_over(0, false, "SIGTERM");
  EXPECT_EQ(ends().size(), 1U);
  EXPECT_TRUE(rig.reported<BootFailed>().empty()) << "nobody asked for it any more";
  EXPECT_EQ(started().size(), 1U);
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
}

TEST_F(Hooks, ByeEndsThemAtOnce) {
  rig.hello();
  rig.hook_over(0);
  rig.bye();
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  EXPECT_EQ(rig.state(), State::closing);
}

TEST_F(Hooks, ADrainedSessionStartsNothingAfterThem) {
  rig.hello();
  rig.hook_over(0);
  rig.cancel(false);
  rig.hook_over(1);
  rig.hook_over(2);
  EXPECT_FALSE(boots());
  rig.bye();
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
}

TEST_F(Hooks, EachThatBeganEndsWhenTheKeeperIsLost) {
  rig.hello();
  rig.hook_over(0);
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(ends().size(), 3U);
  EXPECT_EQ(ends()[2].how, "killed");
  EXPECT_EQ(rig.reported<BootFailed>().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<protocol::Closed>(rig.bodies.back()));
}

TEST_F(Hooks, AReplacedRunnerIsNotSetUpAgain) {
  rig.options.runners = 1;
  rig.hello();
  rig.hook_over(0);
  rig.hook_over(1);
  rig.boot_up();
  rig.ready(1);
  rig.over(1);
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 2U);
  EXPECT_EQ(started().size(), 2U);
}

TEST_F(Hooks, TheCreditIsThatOfTheRunnersThatAreLeft) {
  rig.options.runners = 2;
  rig.hello();
  rig.hook_over(0);
  rig.hook_over(1, false, "exit 1");
  rig.hook_over(2);
  rig.boot_up();
  rig.ready(2);
  rig.pass(std::chrono::milliseconds(30));
  base::JobNumber before = rig.header.credit;  // as it was for two; it never falls
  rig.item(1, 0);
  rig.done(2, 0);
  EXPECT_EQ(rig.header.credit, before);
}

TEST_F(Hooks, AnUnknownOneThatEndsIsNobodys) {
  rig.hello();
  rig.hook_over(0);
  rig.hook_over(0);
  rig.hook_over(9);
  EXPECT_EQ(ends().size(), 1U);
}

// A session with a workspace.

struct InWorkspace : Rig {
  InWorkspace() {
    options.workspace = "shop";
    options.project = "workspace:/shop";
    options.lib = "workspace:/+side/lib";
    options.hooks = {{protocol::kNodeSetup, "workspace:/+side/hooks/node_setup"}};
    options.host = "annasbox";
    hello();
  }
  void workspace(const std::string& path, const std::string& fault = "") {
    Actions fresh;
    node.on_workspace(run, path, fault, now, fresh);
    step(std::move(fresh));
  }
};

TEST(Workspace, NothingStartsBeforeTheProjectIsThere) {
  InWorkspace rig;
  EXPECT_TRUE(rig.wanted<StartHook>().empty());
  EXPECT_TRUE(rig.wanted<StartBoot>().empty());
  rig.work(protocol::Synced{rig.run, rig.epoch});
  EXPECT_TRUE(rig.wanted<StartHook>().empty()) << "to where?";
  rig.workspace("/w/box/anna/shop/2");
  ASSERT_EQ(rig.reported<protocol::Workspace>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::Workspace>()[0].path, "/w/box/anna/shop/2");
  EXPECT_TRUE(rig.wanted<StartHook>().empty());
  rig.work(protocol::Synced{rig.run, rig.epoch});
  rig.work(protocol::Synced{rig.run, rig.epoch});
  ASSERT_EQ(rig.wanted<StartHook>().size(), 1U) << "it may be said twice";
  EXPECT_EQ(rig.wanted<StartHook>()[0].file, "/w/box/anna/shop/2/+side/hooks/node_setup");
  EXPECT_EQ(rig.wanted<StartHook>()[0].identifier, "annasbox_box_eab6_2_0");
  EXPECT_EQ(rig.session()->options().project, "/w/box/anna/shop/2/shop");
}

TEST(Workspace, ThatCannotBeMadeEndsTheSession) {
  InWorkspace rig;
  rig.workspace("", "no workspace: the disk is full");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why, "no workspace: the disk is full");
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 69);
  EXPECT_EQ(rig.state(), Session::State::closing);
  rig.work(protocol::Synced{rig.run, rig.epoch});
  EXPECT_TRUE(rig.wanted<StartHook>().empty());
}

}  // namespace
}  // namespace dtest::broker
