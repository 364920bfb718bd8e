// How a session brings its processes to their end in order, and what it tells of those that took another way.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using State = Session::State;
using std::chrono::seconds;

// What a process says and how it ends after it was told to quit, and whether that is an error of the run.
struct Parting {
  bool erred, bye;
  const char* how;
  const char* told;  ///< nullptr: nothing
};

// What was reported of it, which is as it should be.
std::vector<protocol::OutsideError> errors_of(Rig& rig, const Parting& p) {
  auto told = rig.reported<protocol::OutsideError>();
  EXPECT_EQ(told.size(), p.told == nullptr ? 0U : 1U) << p.how << p.bye << p.erred;
  for (const protocol::OutsideError& error : told) EXPECT_EQ(error.exception.message, p.told == nullptr ? "" : p.told);
  return told;
}

// The one error that was reported: its message, and the runner that it is of.
std::pair<std::string, std::optional<base::Slot>> only_error(Rig& rig) {
  const auto told = rig.reported<protocol::OutsideError>();
  EXPECT_EQ(told.size(), 1U);
  if (told.empty()) return {};
  return {told[0].exception.message, told[0].by};
}

const protocol::OutsideError raised{std::nullopt, std::nullopt, "an exit handler", {"E", "", {}, "", "", {}}};

TEST(Leaving, ARunnerThatBreaksOffItsExitHandlersIsAnError) {
  const char* const killed = "the runner ended on SIGKILL, in code that runs after the last example";
  const char* const exited = "the runner ended with exit 0, in code that runs after the last example";
  const char* const status = "the runner ended with exit 3, in code that runs after the last example";
  for (const Parting& p : {Parting{false, true, "exit 0", nullptr}, Parting{false, false, "SIGKILL", killed},
                           Parting{false, false, "exit 0", exited}, Parting{false, true, "exit 3", status},
                           Parting{true, true, "exit 1", nullptr}, Parting{true, false, "SIGKILL", killed},
                           Parting{true, true, "SIGKILL", killed}}) {
    Rig rig;
    rig.serving(1);
    rig.bye();
    if (p.erred) rig.runner_says(1, raised);
    if (p.bye) rig.runner_says(1, protocol::LocalBye{});
    rig.forget();
    rig.over(1, p.how);
    const auto told = errors_of(rig, p);
    if (told.empty()) continue;
    EXPECT_EQ(told[0].where, "the exit of runner 1");
    EXPECT_EQ(told[0].by, base::Slot(1));
    EXPECT_EQ(told[0].output.data, "last words");
  }
}

TEST(Leaving, SoIsABootProcessThatDoes) {
  const char* const exited = "the boot process ended with exit 0, in an exit handler";
  for (const Parting& p : {Parting{false, true, "exit 0", nullptr}, Parting{false, false, "exit 0", exited},
                           Parting{true, true, "exit 1", nullptr},
                           Parting{false, true, "SIGABRT", "the boot process ended on SIGABRT, in an exit handler"}}) {
    Rig rig;
    rig.options.lib = "/usr/share/distributest";
    rig.serving(1);
    rig.bye();
    rig.runner_says(1, protocol::LocalBye{});
    rig.over(1, "exit 0");
    if (p.erred) rig.boot_says(raised);
    if (p.bye) rig.boot_says(protocol::LocalBye{});
    rig.forget();
    rig.over(0, p.how);
    const auto told = errors_of(rig, p);
    if (told.empty()) continue;
    EXPECT_FALSE(told[0].by);
  }
}

TEST(Leaving, ABootProcessThatEndsWhileRunnersLeaveRanNoExitHandlers) {
  Rig rig;
  rig.serving(1);
  rig.bye();
  rig.over(0, "SIGKILL");
  EXPECT_EQ(only_error(rig).first,
            "the boot process ended on SIGKILL before its exit handlers could run");
}

TEST(Leaving, WhoIsKilledWhileItLeavesBrokeNothingOff) {
  Rig rig;
  rig.serving(1);
  rig.bye();
  rig.cancel(true);
  rig.over(1, "SIGTERM");
  rig.empty();
  EXPECT_TRUE(rig.reported<protocol::OutsideError>().empty());
}

TEST(Leaving, ByeKillsWhatDoesNotEndInTime) {
  Limits limits;
  limits.lease.reset();
  Rig rig(limits);
  rig.serving(1);
  rig.bye();
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillSession>().empty());
  rig.pass(seconds(1));
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  const auto [message, by] = only_error(rig);
  EXPECT_EQ(message,
            "the runner was killed: its suite hooks, as after(:suite), were still running after 10.0s, the limit of "
            "--exit-timeout");
  EXPECT_EQ(by, base::Slot(1));
}

TEST(Leaving, WhatComesAfterTheSuiteHooksIsNamed) {
  Rig rig;
  rig.options.exit_timeout = seconds(3);
  rig.serving(1);
  rig.bye();
  rig.pass(seconds(2));
  rig.runner_says(1, protocol::Loading{"exit handlers", protocol::kExitHandlers});
  rig.runner_says(1, protocol::Loading{"coverage"});
  rig.pass(seconds(3));
  EXPECT_EQ(only_error(rig).first,
            "the runner was killed: its exit handlers were still running after 3.00s, the limit of --exit-timeout");
}

// With the guardian everything dies, and nobody can tell what the rest would have said.
TEST(Leaving, WhenTheGuardianDiesWhileRunnersLeaveThatIsAnError) {
  Rig rig;
  rig.serving(2);
  rig.bye();
  rig.runner_says(1, protocol::LocalBye{});
  rig.over(1, "exit 0");
  rig.empty();
  EXPECT_EQ(rig.state(), State::closed);
  EXPECT_EQ(only_error(rig).first,
            "the guardian of the run on this node was killed, and the exit handlers were not through of runner 2, "
            "the boot process");
}

TEST(Leaving, ExitHandlersThatSayTheyAreAtWorkAreGivenTime) {
  Limits limits;
  limits.lease.reset();
  Rig rig(limits);
  rig.serving(1);
  rig.bye();
  rig.pass(seconds(9));
  rig.runner_says(1, protocol::LocalBye{});
  rig.over(1, "exit 0");
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillSession>().empty()) << "the boot process has its own time";
  rig.boot_says(protocol::Loading{"coverage"});
  rig.pass(seconds(9));
  EXPECT_TRUE(rig.wanted<KillSession>().empty());
  rig.pass(seconds(1));
  EXPECT_EQ(rig.wanted<KillSession>().size(), 1U);
  EXPECT_EQ(only_error(rig).first,
            "the boot process was killed: its exit handlers were still running after 10.0s, the limit of "
            "--exit-timeout");
}

}  // namespace
}  // namespace dtest::broker
