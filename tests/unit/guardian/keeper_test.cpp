#include "guardian/keeper.hpp"

#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "base/error.hpp"
#include "keeper_fixture.hpp"

namespace dtest::guardian {
namespace {

TEST_F(KeeperTest, TellsAProcesssLife) {
  start(7, "exit 3");
  const auto spawned = next<Spawned>();
  EXPECT_EQ(spawned.token, 7U);
  const auto reaped = next<Reaped>();
  EXPECT_EQ(reaped.token, 7U);
  EXPECT_EQ(reaped.pid, spawned.pid);
  EXPECT_EQ(reaped.status.text(), "exit 3");
  EXPECT_EQ(next<TreeGone>().token, 7U);
  next<Empty>();
}

TEST_F(KeeperTest, MarksWhatItStarts) {
  start(7, "echo $DTEST_SESSION $DTEST_MARK; echo wrong >&2; ps -o sid= -p $$ | tr -d ' '; echo $$");
  next<TreeGone>();
  const std::string output = dir.get("output");
  EXPECT_TRUE(output.starts_with(mark.value() + " " + mark.value() + ".7\nwrong\n")) << output;
  const auto lines = output.substr(output.find("wrong\n") + 6);
  const auto half = lines.size() / 2;
  EXPECT_EQ(lines.substr(0, half), lines.substr(half));  // a session of its own
}

TEST_F(KeeperTest, SaysWhatCannotBeStarted) {
  Spec spec;
  spec.token = 4;
  spec.argv = {"no-such-ruby"};
  keeper->spawn(spec);
  const auto failed = next<SpawnFailed>();
  EXPECT_EQ(failed.token, 4U);
  EXPECT_EQ(failed.why, "cannot run no-such-ruby: no such program");
  spec.argv = {};
  keeper->spawn(spec);
  EXPECT_EQ(next<SpawnFailed>().why, "cannot run an empty command");
}

TEST_F(KeeperTest, TakesLargeSpecsAndRefusesHugeOnes) {
  Spec spec;
  spec.token = 1;
  spec.argv = {"sh", "-c", "exit ${#BIG}"};
  spec.env = {{"BIG", std::string(100'000, 'x')}};
  keeper->spawn(spec);
  EXPECT_EQ(next<Reaped>().status.code(), 100'000 % 256);
  spec.env["MORE"] = std::string(100'000, 'x');
  EXPECT_THROW(keeper->spawn(spec), base::Error);
}

TEST_F(KeeperTest, StartsManyAtOnce) {
  constexpr Token kMany = 100;
  for (Token t = 1; t <= kMany; ++t) start(t, "exit 0");
  for (Token t = 1; t <= kMany; ++t) next<TreeGone>();
  next<Empty>();
}

TEST_F(KeeperTest, ATreeEndsWithTermInTheGrace) {
  start(1, "trap 'echo bye > $P; exit 5' TERM; echo up > $P; while :; do sleep 1000 & wait; done");
  EXPECT_EQ(post.line(), "up");
  keeper->kill(1, kLongGrace);
  EXPECT_EQ(post.line(), "bye");
  EXPECT_EQ(next<Reaped>().status.code(), 5);
  next<TreeGone>();
  EXPECT_TRUE(mark.all().empty());
}

TEST_F(KeeperTest, WhatIgnoresTermIsKilled) {
  start(1, "trap '' TERM; echo up > $P; while :; do sleep 1000; done");
  post.line();
  keeper->kill(1, kGrace);
  EXPECT_EQ(next<Reaped>().status.text(), "SIGKILL");
  next<TreeGone>();
  EXPECT_TRUE(mark.all().empty());
}

TEST_F(KeeperTest, KillsGrandchildrenInTheirOwnSessions) {
  start(1, "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > $P; setsid sleep 1000 & wait' & "
           "(setsid sh -c 'trap \"\" TERM HUP; echo $$ > $P; while :; do sleep 1000; done' &) ; wait");
  const pid_t first = post.pid(), second = post.pid();
  keeper->kill(1, kGrace);
  next<TreeGone>();
  expect_gone(first);
  expect_gone(second);
  EXPECT_TRUE(mark.all().empty());
}

TEST_F(KeeperTest, KillsWhatIsStopped) {
  start(1, "sh -c 'echo $$ > $P; kill -STOP $$' & trap 'exit 6' TERM; wait");
  const pid_t stopped = post.pid();
  keeper->kill(1, kLongGrace);
  EXPECT_EQ(next<Reaped>().status.code(), 6);
  next<TreeGone>();  // long before the grace: TERM was heard because of CONT
  expect_gone(stopped);
}

TEST_F(KeeperTest, CatchesUpWithWhatForksWhileItIsKilled) {
  start(1, "trap '' TERM; fork() { trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 0.01 & done' & }; "
           "fork; fork; echo up > $P; wait");
  post.line();
  keeper->kill(1, kNoGrace);
  next<TreeGone>();
  EXPECT_TRUE(mark.all().empty());
}

TEST_F(KeeperTest, KillsWhatATokenLeavesBehind) {
  start(1, "setsid sh -c 'echo $$ > $P; exec sleep 1000' & read x < $P.go");
  ASSERT_EQ(::mkfifo((post.path() + ".go").c_str(), 0600), 0);
  const pid_t left = post.pid();
  std::ofstream(post.path() + ".go") << "go\n";
  next<Reaped>();
  next<TreeGone>();
  expect_gone(left);
}

TEST_F(KeeperTest, TheOrphanOfALivingRunnerSurvives) {
  start(1, "(setsid sh -c 'echo $$ > $P; exec sleep 1000' &); exec sleep 1000");
  const pid_t orphan = post.pid();
  start(2, "exit 0");
  EXPECT_EQ(next<TreeGone>().token, 2U);
  start(3, "echo up > $P; exec sleep 1000");
  post.line();
  keeper->kill(3, kGrace);
  EXPECT_EQ(next<TreeGone>().token, 3U);
  EXPECT_TRUE(support::alive(orphan));
  keeper->kill(1, kGrace);
  EXPECT_EQ(next<TreeGone>().token, 1U);
  expect_gone(orphan);
}

TEST_F(KeeperTest, AdoptsARunnerThatWasForkedTwice) {
  start(1, "exec ruby --disable-gems -e '"
           "fork { fork { Process.setsid; File.write(ENV[\"P\"], \"#{$$}\\n\"); "
           "  fork { Process.setsid; File.write(ENV[\"P\"], \"#{$$}\\n\"); sleep }; sleep } }; sleep'");
  pid_t runner = post.pid();
  pid_t child = post.pid();
  keeper->adopt(2, runner);
  keeper->kill(1, kGrace);  // the boot process, not its runners
  EXPECT_EQ(next<TreeGone>().token, 1U);
  EXPECT_TRUE(support::alive(runner));
  EXPECT_TRUE(support::alive(child));
  EXPECT_EQ(system::read_process(runner)->ppid, keeper->pid());
  ::kill(runner, SIGKILL);
  const auto reaped = next<Reaped>();
  EXPECT_EQ(reaped.token, 2U);
  EXPECT_EQ(reaped.pid, runner);
  EXPECT_EQ(reaped.status.text(), "SIGKILL");
  EXPECT_EQ(next<TreeGone>().token, 2U);
  expect_gone(child);
}

TEST_F(KeeperTest, AdoptsARunnerThatHasEndedAlready) {
  start(1, "(sh -c 'echo $$ > $P; exit 9' &); exec sleep 1000");
  const pid_t runner = post.pid();
  ASSERT_TRUE(support::ends(runner));
  ASSERT_TRUE(support::wait_until([runner] { return !system::read_process(runner); }));  // reaped
  keeper->adopt(2, runner);
  const auto reaped = next<Reaped>();
  EXPECT_EQ(reaped.token, 2U);
  EXPECT_EQ(reaped.status.code(), 9);
  EXPECT_EQ(next<TreeGone>().token, 2U);
}

TEST_F(KeeperTest, KillAllLeavesNothing) {
  start(1, "(setsid sh -c 'echo $$ > $P; exec sleep 1000' &); exec sleep 1000");
  start(2, "trap '' TERM; echo $$ > $P; while :; do sleep 1000; done");
  const pid_t first = post.pid(), second = post.pid();
  keeper->kill_all(kGrace);
  next<Empty>();
  expect_gone(first);
  expect_gone(second);
  EXPECT_TRUE(mark.all().empty());
  start(3, "exit 0");  // and it goes on
  EXPECT_EQ(next<Reaped>().token, 3U);
}

TEST_F(KeeperTest, KillAllFindsMarkedStrangers) {
  system::SpawnSpec spec;  // as if a test had asked another daemon to start it
  spec.argv = {"sleep", "1000"};
  spec.env = {{kSessionVariable, mark.value()}};
  const system::Child stranger = system::spawn(spec);
  keeper->kill_all(kGrace);
  EXPECT_EQ(system::wait_for(stranger, support::kPatience)->signal(), SIGTERM);
  next<Empty>();
}

TEST_F(KeeperTest, PausesAndResumes) {
  start(1, "exec ruby --disable-gems -e 'File.open(ENV[\"P\"], \"w\") { |p| p.sync = true; p.puts $$; "
           "loop { sleep 0.01; p.puts :tick } }'");
  const pid_t pid = post.pid();
  post.line();
  keeper->pause();
  EXPECT_TRUE(support::wait_until([pid] { return system::read_process(pid)->state == 'T'; }));
  keeper->resume();
  EXPECT_TRUE(support::wait_until([pid] { return system::read_process(pid)->state != 'T'; }));
  while (!post.silent()) post.line();
  EXPECT_EQ(post.line(), "tick");
  keeper->pause();
  keeper->kill_all(kLongGrace);  // what is paused hears TERM
  next<Empty>();
}

TEST_F(KeeperTest, TheFenceWorksWithoutUs) {
  start(1, "echo up > $P; exec sleep 1000");
  post.line();
  keeper->fence(system::SystemClock().now() + base::Duration{50'000});
  next<Fenced>();
  EXPECT_EQ(next<Reaped>().status.signal(), SIGTERM);
  next<Empty>();
}

}  // namespace
}  // namespace dtest::guardian
