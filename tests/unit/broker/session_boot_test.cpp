// doc/protocol.md §10.1: the boot process.
#include <gtest/gtest.h>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using State = Session::State;
using std::chrono::seconds;

TEST(Boot, IsGivenTheOptionsWhenItHasSaidHello) {
  Rig rig;
  rig.hello();
  rig.boot_says(protocol::LocalHello{40, ""});
  ASSERT_EQ(rig.wanted<SendLocal>().size(), 1U);
  EXPECT_TRUE(std::holds_alternative<protocol::BootWork>(rig.wanted<SendLocal>()[0].work));
  rig.boot_says(protocol::Loaded{});
  EXPECT_EQ(rig.state(), State::serving);
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 2U);
}

TEST(Boot, AFileThatEndsItIsDeferredOnce) {
  Rig rig;
  rig.hello();
  rig.boot_says(protocol::LocalHello{40, ""});
  rig.boot_says(protocol::Loading{"bad_spec.rb"});
  rig.over(0);
  EXPECT_EQ(rig.wanted<StartBoot>().size(), 2U);
  rig.boot_says(protocol::LocalHello{41, ""});
  auto work = std::get<protocol::BootWork>(rig.wanted<SendLocal>().back().work);
  EXPECT_EQ(work.defer, std::vector<std::string>{"bad_spec.rb"});
  rig.boot_says(protocol::Loading{"bad_spec.rb"});
  rig.over(0);
  EXPECT_EQ(rig.state(), State::closing);
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
}

TEST(Boot, EndingBeforeAnyFileIsAFailure) {
  Rig rig;
  rig.hello();
  rig.over(0);
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].output.data, "last words");
}

TEST(Boot, NotStartingIsAFailureOfConfiguration) {
  Rig rig;
  rig.hello();
  rig.over(0, "no such file", false);
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 78);
}

TEST(Boot, WhatItPrintsBeforeItCanSpeakIsWhy) {
  Rig rig;
  rig.hello();
  rig.over(0, "exit 78");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].code, 78);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why, "last words");
  EXPECT_TRUE(rig.reported<protocol::BootFailed>()[0].output.data.empty());
}

TEST(Boot, WhatItSaysOfItselfIsReported) {
  Rig rig;
  rig.hello();
  rig.boot_says(protocol::BootFailed{"no rspec", 78, {}});
  rig.over(0, "exit 78");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::BootFailed>()[0].why, "no rspec");
}

TEST(Boot, IsKilledWhenItDoesNotGetOn) {
  Limits limits;
  limits.lease.reset();
  Rig rig(limits);
  rig.options.boot_timeout = seconds(60);
  rig.hello();
  rig.pass(seconds(59));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.boot_says(protocol::LocalHello{40, ""});
  rig.pass(seconds(59));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.pass(seconds(120));
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 1U);
}

// Which says nothing against the command: it may be a Ruby that waits for something.
TEST(Boot, TheLimitIsNamedWhenItNeverSaidAWord) {
  Limits limits;
  limits.lease.reset();
  Rig rig(limits);
  rig.options.boot_timeout = seconds(60);
  rig.hello();
  rig.pass(seconds(61));
  rig.over(0, "SIGTERM");
  ASSERT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
  const protocol::BootFailed failed = rig.reported<protocol::BootFailed>()[0];
  EXPECT_EQ(failed.code, 1);
  EXPECT_EQ(failed.why.find("a Ruby"), std::string::npos) << failed.why;
  EXPECT_NE(failed.why.find("killed after 1m00s without a word, the limit of --timeout"), std::string::npos)
      << failed.why;
}

TEST(Boot, OneThatLoadedIsReplacedThreeTimes) {
  Rig rig;
  rig.serving(1);
  rig.over(0);
  EXPECT_EQ(rig.wanted<StartBoot>().size(), 1U);
  EXPECT_EQ(rig.state(), State::serving);
  rig.boot_up();
  rig.over(0);
  rig.boot_up();
  rig.over(0);
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
}

TEST(Boot, ForkedBearsNoNameOfItsOwn) {
  Rig rig;
  rig.hello();
  rig.boot_up();
  // As the codec hands it over: slot and incarnation of the sender are not known.
  Actions actions;
  rig.node.on_local(rig.run,
                    {base::Slot(0), base::Incarnation(0), 4, protocol::Forked{base::Slot(1), base::Incarnation(1), 99}},
                    rig.now, actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(std::get<AdoptRunner>(actions[0]).pid, 99);
}

TEST(Boot, RunnersThatItDidNotForkAreForkedByTheNext) {
  Rig rig;
  rig.hello();
  rig.boot_up();
  rig.forget();
  rig.over(0);
  EXPECT_EQ(rig.reported<protocol::RunnerExit>().size(), 2U);
  EXPECT_EQ(rig.wanted<KillProcess>().size(), 2U) << "should one of them live all the same";
  rig.boot_up();
  ASSERT_EQ(rig.wanted<ForkRunner>().size(), 2U);
  EXPECT_EQ(rig.wanted<ForkRunner>()[0].incarnation, base::Incarnation(2));
  Actions actions;
  rig.node.on_local(rig.run, {base::Slot(1), base::Incarnation(1), 1, protocol::LocalHello{77, ""}}, rig.now, actions);
  ASSERT_EQ(actions.size(), 1U);
  EXPECT_EQ(std::get<AdoptRunner>(actions[0]).pid, 77) << "so that its kill is done";
}

TEST(Boot, PlansOfTwoProcessesDoNotMix) {
  Rig rig;
  rig.hello();
  rig.boot_says(protocol::LocalHello{40, ""});
  rig.boot_says(protocol::Loaded{});
  rig.ready(1);
  rig.ready(2);
  rig.runner_says(1, protocol::Plan{0, true, {"a"}, {}, "", "", {}});
  rig.runner_says(2, protocol::Plan{0, true, {"a"}, {}, "", "", {}});
  rig.runner_says(2, protocol::Plan{1, false, {"b"}, {}, "", "", {}});
  rig.runner_says(1, protocol::Plan{1, false, {"b"}, {}, "", "", {}});
  auto plans = rig.reported<protocol::Plan>();
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].files[0] + plans[1].files[0], "ab");
}

TEST(Boot, AHalfPlanOfADeadProcessIsForgotten) {
  Rig rig;
  rig.hello();
  rig.boot_says(protocol::LocalHello{40, ""});
  rig.boot_says(protocol::Plan{0, true, {"a"}, {}, "", "", {}});
  rig.boot_says(protocol::Loading{"a"});
  rig.over(0);
  rig.boot_up();
  EXPECT_EQ(rig.reported<protocol::Plan>().size(), 1U);
}

TEST(Boot, SkippedMessagesCostItItsLife) {
  Rig rig;
  rig.hello();
  Actions actions;
  rig.node.on_local(rig.run, {base::Slot(0), base::Incarnation(1), 2, protocol::Loaded{}}, rig.now, actions);
  EXPECT_TRUE(std::any_of(actions.begin(), actions.end(),
                          [](const Action& a) { return std::holds_alternative<KillProcess>(a); }));
}

}  // namespace
}  // namespace dtest::broker
