// --runner-memory, floods of output, and standing still (doc/protocol.md §1, §10.2).
#include <gtest/gtest.h>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using protocol::Notice;
using protocol::Quit;
using protocol::RunnerExit;
using State = Session::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kLimit = 100 << 20;
constexpr std::uint64_t kLarge = 150 << 10, kSmall = 50 << 10;  // kB

struct Memory : testing::Test {
  Rig rig{[] {
    Limits limits;
    limits.lease.reset();
    return limits;
  }()};

  void SetUp() override { rig.options.runner_memory = kLimit; }

  void done(std::uint32_t slot, std::uint32_t item, std::uint64_t rss_kb) {
    protocol::RunDone done{{base::ItemId(item), base::Attempt(1)}};
    done.end.rss_kb = rss_kb;
    rig.runner_says(slot, done);
  }

  std::size_t quits() {
    std::size_t count = 0;
    for (const SendLocal& sent : rig.wanted<SendLocal>()) count += std::holds_alternative<Quit>(sent.work) ? 1 : 0;
    return count;
  }

  void up(std::uint32_t slot, std::uint64_t rss_kb) {
    rig.boot_says(protocol::Forked{base::Slot(slot), rig.wanted<ForkRunner>().back().incarnation, 70});
    rig.runner_says(slot, protocol::LocalHello{70, ""});
    rig.runner_says(slot, protocol::Ready{{}, rss_kb});
  }
};

TEST_F(Memory, ALargeRunnerIsReplacedBeforeItsNextItem) {
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  done(1, 0, kLarge);
  EXPECT_EQ(quits(), 1U);
  EXPECT_TRUE(rig.reported<protocol::ItemEnd>().at(0).outcome == protocol::Outcome::done);
  rig.over(1, "exit 0");
  const RunnerExit exit = rig.reported<RunnerExit>().at(0);
  EXPECT_EQ(exit.why, "memory");
  EXPECT_EQ(exit.rss_kb, kLarge);
  ASSERT_EQ(rig.wanted<ForkRunner>().size(), 1U);
  EXPECT_EQ(rig.wanted<ForkRunner>()[0].slot, base::Slot(1));
  EXPECT_EQ(rig.wanted<ForkRunner>()[0].incarnation, base::Incarnation(2));
  up(1, kSmall);
  const SendLocal sent = rig.wanted<SendLocal>().back();
  const auto* work = std::get_if<protocol::RunWork>(&sent.work);
  ASSERT_NE(work, nullptr);
  EXPECT_EQ(work->item, base::ItemId(1));
  EXPECT_EQ(work->attempt, base::Attempt(1)) << "a replacement costs no attempt";
}

TEST_F(Memory, NobodyIsReplacedWithoutMoreToDo) {
  rig.serving(1);
  rig.item(1, 0);
  done(1, 0, kLarge);
  EXPECT_EQ(quits(), 0U);
  rig.item(2, 1);
  EXPECT_EQ(quits(), 1U);
}

TEST_F(Memory, AtTheLimitIsNotAboveIt) {
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  done(1, 0, kLimit >> 10);
  EXPECT_EQ(quits(), 0U);
}

TEST_F(Memory, WithoutALimitNothingIsTooLarge) {
  rig.options.runner_memory = 0;
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  done(1, 0, kLarge * 1000);
  EXPECT_EQ(quits(), 0U);
}

TEST_F(Memory, WhatWasSentAheadIsRunFirst) {
  rig.serving(1);
  rig.brief_item(1, 0);
  rig.brief_item(2, 1);
  done(1, 0, kLarge);
  rig.brief_item(3, 2);
  EXPECT_EQ(quits(), 0U) << "item 1 runs";
  done(1, 1, kLarge);
  EXPECT_EQ(quits(), 1U);
  rig.over(1, "exit 0");
  up(1, kSmall);
  rig.pass(milliseconds(30));
  EXPECT_EQ(rig.reported<protocol::ItemStart>().back().item, base::ItemId(2));
}

TEST_F(Memory, OneThatIsLargeFromTheStartIsToldOnceAndKept) {
  rig.options.runners = 2;
  rig.hello();
  rig.boot_up();
  rig.boot_says(protocol::Forked{base::Slot(1), base::Incarnation(1), 71});
  rig.boot_says(protocol::Forked{base::Slot(2), base::Incarnation(1), 72});
  rig.runner_says(1, protocol::Ready{{}, kLarge});
  rig.runner_says(2, protocol::Ready{{}, kLarge});
  ASSERT_EQ(rig.reported<Notice>().size(), 1U);
  EXPECT_EQ(rig.reported<Notice>()[0].text,
            "runner 1 keeps 150 MiB in memory before its first file, more than --runner-memory 100 MiB: such runners "
            "are not replaced");
  rig.item(1, 0);
  rig.item(2, 1);
  rig.item(3, 2);
  done(1, 0, kLarge * 2);
  EXPECT_EQ(quits(), 0U);
}

TEST_F(Memory, SlowExitHandlersAreCutShortAndTold) {
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  done(1, 0, kLarge);
  rig.pass(seconds(9));
  rig.runner_says(1, protocol::Loading{"coverage", {}});
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty()) << "it said that it is at work";
  rig.pass(seconds(2));
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::OutsideError>().at(0).exception.message,
            "the runner was killed: its suite hooks, as after(:suite), were still running after 10.0s, the limit of "
            "--exit-timeout");
  rig.over(1, "SIGKILL");
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 1U);
}

TEST_F(Memory, TheEndOfTheRunWaitsForOneThatIsLeaving) {
  rig.serving(1);
  rig.item(1, 0);
  rig.item(2, 1);
  done(1, 0, kLarge);
  rig.bye();
  EXPECT_TRUE(rig.wanted<KillProcess>().empty()) << "its exit handlers run";
  rig.over(1, "exit 0");
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 0U);
  EXPECT_EQ(quits(), 2U) << "then the boot process leaves";
}

TEST_F(Memory, AHookInARunnerHasTheLimitOfHooks) {
  rig.options.hook_timeout = seconds(5);
  rig.options.hooks = {{"after_fork", "/p/.distributest/after_fork.rb"}};
  rig.hello();
  rig.boot_up();
  rig.boot_says(protocol::Forked{base::Slot(1), base::Incarnation(1), 71});
  rig.runner_says(1, protocol::LocalHello{71, ""});
  rig.runner_says(1, protocol::Loading{"after_fork.rb", "after_fork"});
  rig.pass(seconds(6));
  ASSERT_EQ(rig.wanted<KillProcess>().size(), 1U);
  rig.over(1, "SIGTERM");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why,
            ".distributest/after_fork.rb failed (killed after 5.00s, its time limit (--hook-timeout))");
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 78);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].output.data, "last words");
}

TEST_F(Memory, AFloodIsToldOnceAnItem) {
  rig.serving(1);
  rig.item(1, 0, 1, "spec/loud_spec.rb");
  Actions actions;
  for (int i = 0; i < 3; ++i)
    rig.node.on_flood(rig.run, base::Slot(1), base::Incarnation(1), 4 << 20, rig.now, actions);
  rig.pass(milliseconds(600));
  rig.ping(rig.header.beat.value, 0, true);
  rig.pass(milliseconds(600));
  ASSERT_EQ(rig.reported<Notice>().size(), 1U);
  EXPECT_EQ(rig.reported<Notice>()[0].text,
            "runner 1, in spec/loud_spec.rb, prints very much: only the last 4 MiB of it are kept");
}

// doc/protocol.md §6: what is printed may be left out, and keeps nothing else waiting.
TEST(Printed, IsToldWithinBounds) {
  Limits limits;
  limits.outbox_bytes = 4000;
  limits.printed = 10'000;
  Rig rig(limits);
  rig.serving(1);
  const auto print = [&](std::uint64_t left_out) {
    Actions actions;
    rig.node.on_printed(rig.run, base::Slot(1), std::string(100, 'x'), left_out, rig.now, actions);
    rig.step(actions);
    rig.pass(milliseconds(20));
    return rig.reported<protocol::Printed>();
  };
  EXPECT_EQ(print(7).back().left_out, 7U);
  for (int i = 0; i < 50; ++i) print(0);  // nothing is acknowledged
  const std::size_t told = print(0).size();
  EXPECT_LT(told, 25U);
  rig.ack_all();
  ASSERT_EQ(print(0).size(), told + 1);
  EXPECT_EQ(rig.reported<protocol::Printed>().back().left_out, (52 - told) * 100);
  for (int i = 0; i < 150; ++i) {
    rig.ack_all();
    print(0);
  }
  EXPECT_EQ(rig.reported<protocol::Printed>().size(), 100U) << "of a whole session";
}

struct Still : Memory {};

TEST_F(Still, TimesOfWhatIsOpenCountWithoutIt) {
  rig.serving(2);
  rig.item(1, 0);
  rig.item(2, 1);
  rig.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), "[1:1]"});
  rig.node.on_slept(seconds(40));
  protocol::ExampleOver over;
  over.example.item = base::ItemId(0);
  over.example.attempt = base::Attempt(1);
  over.example.id = "[1:1]";
  over.example.status = "passed";
  over.example.took = seconds(41);
  rig.runner_says(1, over);
  rig.runner_says(1, protocol::ExampleBegin{base::ItemId(0), base::Attempt(1), "[1:2]"});
  over.example.id = "[1:2]";
  over.example.took = seconds(50);
  rig.runner_says(1, over);
  protocol::RunDone done{{base::ItemId(0), base::Attempt(1)}};
  done.end.took = seconds(91);
  rig.runner_says(1, done);
  rig.pass(milliseconds(30));
  ASSERT_EQ(rig.reported<protocol::Example>().size(), 2U);
  EXPECT_EQ(rig.reported<protocol::Example>()[0].took, seconds(1));
  EXPECT_EQ(rig.reported<protocol::Example>()[1].took, seconds(50)) << "it began later";
  EXPECT_EQ(rig.reported<protocol::ItemEnd>().at(0).took, seconds(51));
}

TEST_F(Still, WhatIsShorterWasMeasuredBefore) {
  rig.serving(1);
  rig.item(1, 0);
  rig.node.on_slept(seconds(40));
  protocol::RunDone done{{base::ItemId(0), base::Attempt(1)}};
  done.end.took = seconds(2);
  rig.runner_says(1, done);
  EXPECT_EQ(rig.reported<protocol::ItemEnd>().at(0).took, seconds(2));
}

TEST_F(Still, ABootCountsWithoutItToo) {
  rig.hello();
  rig.boot_says(protocol::LocalHello{40, ""});
  rig.node.on_slept(seconds(40));
  rig.boot_says(protocol::Loaded{seconds(43), "on"});
  EXPECT_EQ(rig.reported<protocol::Booted>().at(0).took, seconds(3));
}

TEST(NoRuby, ACommandThatNeverSpeaksIsNamed) {
  Rig rig;
  rig.options.ruby = {"true", "-w"};
  rig.options.lib = "/lib/dtest";
  rig.hello();
  rig.over(0, "exit 0");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 78);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why,
            "true -w ended (exit 0) before it said a word; it was started as a Ruby: name one with --ruby, or with "
            "run.ruby in the configuration");
}

TEST(NoRuby, OneThatSomebodyKilledMayWellBeOne) {
  Rig rig;
  rig.hello();
  rig.over(0, "SIGKILL");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 1);
}

}  // namespace
}  // namespace dtest::broker
