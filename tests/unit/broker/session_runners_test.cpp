// doc/protocol.md §10.2.
#include <gtest/gtest.h>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using protocol::ItemEnd;
using protocol::Outcome;
using State = Session::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Runners : testing::Test {
  Rig rig{[] {
    Limits limits;
    limits.lease.reset();
    return limits;
  }()};

  void begin(const std::string& id) {
    rig.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), id});
  }
};

TEST_F(Runners, ReadyIsReportedWithItsPid) {
  rig.hello();
  rig.boot_up();
  rig.runner_says(1, protocol::LocalHello{99, ""});  // `forked` is still under way
  rig.runner_says(1, protocol::Ready{});
  ASSERT_EQ(rig.reported<protocol::RunnerUp>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::RunnerUp>()[0].pid, 99);
  EXPECT_EQ(rig.wanted<AdoptRunner>().size(), 1U);
  rig.boot_says(protocol::Forked{base::Slot(1), base::Incarnation(1), 99});
  EXPECT_EQ(rig.wanted<AdoptRunner>().size(), 1U);
}

TEST_F(Runners, AnIdleOneGetsTheQueuedItem) {
  rig.hello();
  rig.item(1, 5);
  EXPECT_TRUE(rig.wanted<SendLocal>().empty());
  rig.boot_up();
  rig.ready(2);
  ASSERT_TRUE(std::holds_alternative<protocol::RunWork>(rig.wanted<SendLocal>().back().work));
  rig.pass(milliseconds(20));
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[0].slot, base::Slot(2));
}

// Its connection was taken away from it, and with that what was on its way.
TEST_F(Runners, WhoHadToConnectAnewIsSentAllOfItAgain) {
  rig.serving(1);
  rig.brief_item(1, 0);
  rig.brief_item(2, 1);
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 2U);
  rig.forget();
  rig.runner_says(1, protocol::LocalHello{41, ""});
  const auto again = rig.wanted<SendLocal>();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(std::get<protocol::RunWork>(again[0].work).item, base::ItemId(0));
  EXPECT_EQ(std::get<protocol::RunWork>(again[1].work).item, base::ItemId(1));
  rig.done(1, 0);
  rig.done(1, 1);
  rig.bye();
  rig.forget();
  rig.runner_says(1, protocol::LocalHello{41, ""});
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<protocol::Quit>(rig.wanted<SendLocal>()[0].work));
}

TEST_F(Runners, DoneFreesItForTheNext) {
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  rig.done(1);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::done);
  EXPECT_EQ(rig.wanted<SendLocal>().size(), 2U);
}

TEST_F(Runners, BriefItemsGoAheadAndStartWhenTheOpenOneIsDone) {
  rig.serving(1);
  rig.brief_item(1, 0);
  rig.brief_item(2, 1);
  EXPECT_EQ(rig.wanted<SendLocal>().size(), 2U);
  rig.pass(milliseconds(20));
  ASSERT_EQ(rig.reported<protocol::ItemStart>().size(), 1U);
  rig.done(1, 0);
  rig.pass(milliseconds(20));
  ASSERT_EQ(rig.reported<protocol::ItemStart>().size(), 2U);
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[1].item, base::ItemId(1));
}

TEST_F(Runners, WhatWasSentAheadOfACrashNeverBeganAndWaitsAgain) {
  rig.serving(1);
  rig.brief_item(1, 0);
  rig.brief_item(2, 1);
  rig.over(1);
  ASSERT_EQ(rig.reported<ItemEnd>().size(), 1U);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].item, base::ItemId(0));
  rig.forget();
  rig.ready(1);
  rig.pass(milliseconds(20));
  ASSERT_EQ(rig.reported<protocol::ItemStart>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[0].item, base::ItemId(1));
}

// Found by the simulator: it waited for the slot of the crash, which never came back.
TEST_F(Runners, WhatWasSentAheadOfACrashGoesToAnIdleOneAtOnce) {
  rig.serving(2);
  for (std::uint32_t item : {0U, 1U, 2U}) rig.brief_item(item + 1, item);
  rig.done(2, 1);
  rig.forget();
  rig.over(1);
  rig.pass(milliseconds(20));
  ASSERT_EQ(rig.reported<protocol::ItemStart>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[0].item, base::ItemId(2));
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[0].slot, base::Slot(2));
}

TEST_F(Runners, WhatIsNotOpenIsNotReported) {
  rig.serving(1);
  rig.item(1, 0);
  rig.done(1, 0, 2);
  rig.done(1, 3, 1);
  rig.runner_says(1, protocol::ExampleList{base::ItemId(3), base::Attempt(1), 0, false, {}});
  rig.pass(milliseconds(20));
  EXPECT_TRUE(rig.reported<ItemEnd>().empty());
  EXPECT_TRUE(rig.reported<protocol::ExampleList>().empty());
}

TEST_F(Runners, EndingWithAnOpenItemIsACrashWhateverTheStatus) {
  for (const char* how : {"SIGSEGV", "exit 0"}) {
    Rig own;
    own.serving(1);
    own.item(1);
    own.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), "x"});
    own.forget();
    own.over(1, how);
    ASSERT_EQ(own.reported<ItemEnd>().size(), 1U);
    EXPECT_EQ(own.reported<ItemEnd>()[0].outcome, Outcome::crashed);
    EXPECT_EQ(own.reported<ItemEnd>()[0].why, how);
    EXPECT_EQ(own.reported<ItemEnd>()[0].running, "x");
    EXPECT_EQ(own.reported<ItemEnd>()[0].output.data, "last words");
    EXPECT_EQ(own.reported<protocol::RunnerExit>()[0].why, "crashed");
    EXPECT_EQ(own.wanted<ForkRunner>().size(), 1U) << "replaced";
  }
}

// It loads the project itself: so would all that follow.
TEST_F(Runners, AHangWhileItLoadsIsToldOnceWithItsFileAndTheLimit) {
  rig.options.timeout = seconds(5);
  rig.hello();
  rig.boot_up();
  rig.boot_says(protocol::Forked{base::Slot(1), base::Incarnation(1), 71});
  rig.runner_says(1, protocol::LocalHello{71, ""});
  rig.runner_says(1, protocol::Loading{"spec/a_spec.rb", ""});
  rig.pass(seconds(5));
  rig.over(1, "SIGTERM");
  EXPECT_EQ(rig.state(), State::closing);
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why,
            "runner 1 was killed after 5.00s without a word while it loaded spec/a_spec.rb (the limit of --timeout is "
            "5.00s)");
}

TEST_F(Runners, HangIsKilledAndNamed) {
  rig.options.timeout = seconds(10);
  rig.serving(1);
  rig.item(1);
  begin("x");
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.pass(seconds(1));
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 1U);
  rig.over(1, "SIGKILL");
  ASSERT_EQ(rig.reported<ItemEnd>().size(), 1U);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::timed_out);
  EXPECT_EQ(rig.reported<ItemEnd>()[0].why,
            "timed out after 10.0s (limit 10.0s), and did not end on SIGTERM, which it ignores or does not come to: so "
            "there are no stacks");
  EXPECT_EQ(rig.reported<ItemEnd>()[0].running, "x");
  EXPECT_EQ(rig.reported<protocol::RunnerExit>()[0].why, "timed_out");
}

TEST_F(Runners, ProgressPutsTheLimitOff) {
  rig.options.timeout = seconds(10);
  rig.serving(1);
  rig.item(1);
  for (int i = 0; i < 10; ++i) {
    begin("x" + std::to_string(i));
    rig.pass(seconds(8));
  }
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
}

TEST_F(Runners, IdleOnesMayWaitForEver) {
  rig.options.timeout = seconds(10);
  rig.serving(1);
  rig.pass(seconds(1000));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
}

TEST_F(Runners, ThreeEndsInARowBreakASlot) {
  rig.serving(2);
  rig.over(1);
  rig.over(1);
  rig.over(1);
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 2U);
  ASSERT_EQ(rig.reported<protocol::Notice>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::Notice>()[0].level, "warn");
  EXPECT_EQ(rig.state(), State::serving) << "the other one goes on";
  rig.over(2);
  rig.over(2);
  rig.over(2);
  EXPECT_EQ(rig.state(), State::closing);
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
}

TEST_F(Runners, SkippedMessagesAreACrash) {
  rig.serving(1);
  rig.item(1);
  Actions actions;
  rig.node.on_local(rig.run, {base::Slot(1), base::Incarnation(1), 9, protocol::Notice{}}, rig.now, actions);
  EXPECT_TRUE(std::any_of(actions.begin(), actions.end(),
                          [](const Action& a) { return std::holds_alternative<KillProcess>(a); }));
  rig.node.on_local(rig.run,
                    {base::Slot(1), base::Incarnation(1), 10, protocol::RunDone{{base::ItemId(0), base::Attempt(1)}}},
                    rig.now, actions);
  EXPECT_TRUE(rig.session()->slots()[0].item().has_value()) << "what it skipped may have been a verdict";
  rig.over(1, "SIGTERM");
  EXPECT_EQ(rig.reported<ItemEnd>()[0].outcome, Outcome::crashed);
}

TEST_F(Runners, WordsOfAFormerProcessAreNotHeard) {
  rig.serving(1);
  rig.item(1);
  rig.over(1);
  rig.forget();
  Actions actions;
  rig.node.on_local(rig.run,
                    {base::Slot(1), base::Incarnation(1), 3, protocol::RunDone{{base::ItemId(0), base::Attempt(1)}}},
                    rig.now, actions);
  rig.node.on_local(rig.run, {base::Slot(9), base::Incarnation(1), 1, protocol::Ready{}}, rig.now, actions);
  EXPECT_TRUE(actions.empty());
}

TEST_F(Runners, TooManyExamplesAreAnErrorOfTheFile) {
  Limits limits;
  limits.examples = 3;
  Rig own(limits);
  own.serving(1);
  own.item(1);
  protocol::ExampleList two{base::ItemId(0), base::Attempt(1), 0, true, {{"a", 1, ""}, {"b", 2, ""}}};
  own.runner_says(1, two);
  own.runner_says(1, two);
  own.runner_says(1, two);
  own.done(1);
  own.pass(milliseconds(30));
  EXPECT_EQ(own.reported<protocol::ExampleList>().size(), 1U);
  EXPECT_EQ(own.wanted<KillProcess>().size(), 1U);
  own.over(1, "SIGTERM");
  ASSERT_EQ(own.reported<ItemEnd>().size(), 1U);
  EXPECT_EQ(own.reported<ItemEnd>()[0].outcome, Outcome::load_error);
  EXPECT_EQ(own.reported<ItemEnd>()[0].why, "the file has more than 3 examples");
  EXPECT_EQ(own.wanted<ForkRunner>().size(), 1U) << "the next file has its runner";
}

TEST_F(Runners, TooManyFilesAreTheEnd) {
  Limits limits;
  limits.files = 3;
  Rig own(limits);
  own.hello();
  own.boot_says(protocol::LocalHello{40, ""});
  own.boot_says(protocol::Plan{0, true, {"a", "b"}, {}, "", "", {}});
  own.boot_says(protocol::Plan{1, false, {"c", "d"}, {}, "", "", {}});
  ASSERT_EQ(own.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(own.reported<protocol::BootFailed>()[0].why, "there are more than 3 test files");
  EXPECT_TRUE(own.reported<protocol::Plan>().empty());
}

// As when a hook of the project hangs before the fork.
TEST_F(Runners, ABootProcessThatDoesNotForkIsReplaced) {
  rig.hello();
  rig.boot_up();
  rig.forget();
  rig.pass(rig.options.timeout + milliseconds(1));
  const std::vector<KillProcess> killed = rig.wanted<KillProcess>();
  EXPECT_TRUE(std::any_of(killed.begin(), killed.end(),
                          [](const KillProcess& kill) { return kill.slot == base::kBootSlot; }));
  rig.over(0, "SIGTERM");
  EXPECT_EQ(rig.wanted<StartBoot>().size(), 1U);
  EXPECT_EQ(rig.state(), State::serving);
}

TEST_F(Runners, BadExamplesAreToldAtOnce) {
  rig.serving(1);
  rig.item(1);
  protocol::ExampleOver over;
  over.example.item = base::ItemId(0);
  over.example.attempt = base::Attempt(1);
  over.example.id = "x";
  over.example.status = "failed";
  rig.runner_says(1, over);
  ASSERT_EQ(rig.reported<protocol::Example>().size(), 1U);
}

}  // namespace
}  // namespace dtest::broker
