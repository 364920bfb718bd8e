#include "guardian/warden.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace dtest::guardian {
namespace {

using system::ExitStatus;
using system::Process;
using system::ProcTable;

constexpr pid_t kKeeper = 10;
constexpr base::Duration kGrace{100'000}, kSweep{1'000'000};

Process process(pid_t pid, pid_t ppid = kKeeper, char state = 'S') {
  return {.pid = pid, .ppid = ppid, .sid = pid, .state = state, .start = static_cast<std::uint64_t>(pid)};
}

/// Plays the machine: processes are a list, killed ones vanish when told.
class WardenTest : public testing::Test {
 protected:
  /// Events by their first letters: what was told, in order.
  std::string turn(bool complete = true) {
    auto list = processes;
    list.push_back(process(kKeeper, 1));
    warden.turn(now, ProcTable(std::move(list), complete), kSweep);
    signals.clear();
    for (const Signal& s : warden.take_signals()) signals.emplace_back(s.process.pid, s.number);
    return told();
  }
  std::string told() {
    std::string text;
    for (const KeeperEvent& e : warden.take_events()) text += name(e) + " ";
    return text;
  }
  static std::string name(const KeeperEvent& event) {
    if (const auto* e = std::get_if<Spawned>(&event)) return "spawned" + std::to_string(e->token);
    if (const auto* e = std::get_if<SpawnFailed>(&event)) return "failed" + std::to_string(e->token);
    if (const auto* e = std::get_if<Reaped>(&event)) return "reaped" + std::to_string(e->token) + ":" + e->status.text();
    if (const auto* e = std::get_if<TreeGone>(&event)) return "gone" + std::to_string(e->token);
    if (std::holds_alternative<Empty>(event)) return "empty";
    return std::holds_alternative<Fenced>(event) ? "fenced" : "?";
  }
  void start(Token token, pid_t pid) {
    processes.push_back(process(pid));
    warden.launched(token, processes.back());
    warden.runs(token);
  }
  void vanish(pid_t pid) {
    std::erase_if(processes, [pid](const Process& p) { return p.pid == pid; });
  }
  void reap(pid_t pid, ExitStatus status = ExitStatus::exited_with(0)) {
    vanish(pid);
    warden.reaped(pid, status);
  }
  using Sent = std::vector<std::pair<pid_t, int>>;

  std::vector<Process> processes;
  Sent signals;
  base::Instant now{base::Duration{1'000'000'000}};
  Warden warden{kKeeper, "s", kGrace, [](pid_t, std::string_view) { return std::nullopt; }};
};

TEST_F(WardenTest, TellsTheLifeOfOneProcess) {
  EXPECT_TRUE(warden.all_gone());
  EXPECT_EQ(warden.next_turn(), base::kNever);
  start(1, 20);
  EXPECT_EQ(turn(), "spawned1 ");
  EXPECT_EQ(warden.next_turn(), now + kSweep);
  reap(20, ExitStatus::exited_with(3));
  EXPECT_EQ(turn(), "reaped1:exit 3 gone1 empty ");
  EXPECT_TRUE(signals.empty());
  EXPECT_TRUE(warden.all_gone());
  EXPECT_EQ(warden.next_turn(), base::kNever);
}

TEST_F(WardenTest, AFailedLaunchHasNoTree) {
  start(1, 20);
  warden.failed(1, "no such program");
  reap(20, ExitStatus::exited_with(127));
  EXPECT_EQ(turn(), "spawned1 failed1 empty ");
}

TEST_F(WardenTest, KillsWhatATokenLeaves) {
  start(1, 20);
  processes.push_back(process(21, 20));
  turn();
  reap(20);
  processes.back().ppid = kKeeper;
  EXPECT_EQ(turn(), "reaped1:exit 0 ");
  EXPECT_EQ(signals, (Sent{{21, SIGTERM}, {21, SIGCONT}}));
  now += kGrace;
  EXPECT_EQ(turn(), "");
  EXPECT_EQ(signals, (Sent{{21, SIGKILL}}));
  vanish(21);
  EXPECT_EQ(turn(), "gone1 empty ");
}

// A database server that a hook started: it serves until the session is over.
TEST_F(WardenTest, SparesWhatALastingTokenLeavesUntilItIsToldToKill) {
  processes.push_back(process(20));
  warden.launched(1, processes.back(), true);
  warden.runs(1);
  processes.push_back(process(21, 20));
  turn();
  reap(20);
  processes.back().ppid = kKeeper;
  EXPECT_EQ(turn(), "reaped1:exit 0 ");
  EXPECT_TRUE(signals.empty());
  now += 2 * kGrace;
  EXPECT_EQ(turn(), "");
  EXPECT_TRUE(signals.empty());
  warden.kill(1, kGrace, now);
  turn();
  EXPECT_EQ(signals, (Sent{{21, SIGTERM}, {21, SIGCONT}}));
  vanish(21);
  EXPECT_EQ(turn(), "gone1 empty ");
}

TEST_F(WardenTest, AllIsAllOfALastingTokenToo) {
  processes.push_back(process(20));
  warden.launched(1, processes.back(), true);
  processes.push_back(process(21, 20));
  turn();
  reap(20);
  processes.back().ppid = kKeeper;
  turn();
  warden.kill_all(base::Duration{0}, now);
  turn();
  EXPECT_EQ(signals, (Sent{{21, SIGKILL}}));
}

TEST_F(WardenTest, NeverTouchesALivingToken) {
  start(1, 20);
  start(2, 30);
  processes.push_back(process(31, 30));
  turn();
  processes.back().ppid = kKeeper;  // an orphan: a daemon that a later test uses
  warden.kill(1, kGrace, now);
  turn();
  EXPECT_EQ(signals, (Sent{{20, SIGTERM}, {20, SIGCONT}}));
  reap(20);
  EXPECT_EQ(turn(), "reaped1:exit 0 gone1 ");
  EXPECT_TRUE(signals.empty());
}

TEST_F(WardenTest, KillAllTakesOrphansToo) {
  start(1, 20);
  processes.push_back(process(40));  // nobody's
  turn();
  warden.kill_all(kGrace, now);
  turn();
  EXPECT_EQ(signals.size(), 4U);
  reap(20);
  EXPECT_EQ(turn(), "reaped1:exit 0 gone1 ");
  EXPECT_FALSE(warden.all_gone());
  vanish(40);
  EXPECT_EQ(turn(), "empty ");
  EXPECT_TRUE(warden.all_gone());
}

TEST_F(WardenTest, KillAllOfNothingIsAnsweredToo) {
  warden.kill_all(kGrace, now);
  EXPECT_EQ(turn(), "empty ");
}

TEST_F(WardenTest, AfterKillAllAnEarlierKillDoesNotSpin) {
  start(1, 20);
  warden.kill(1, kGrace, now);
  turn();
  warden.kill_all(kGrace, now);
  turn();
  EXPECT_GT(warden.next_turn(), now);
}

TEST_F(WardenTest, AdoptsALivingProcess) {
  start(1, 20);
  processes.push_back(process(21, 20));
  turn();
  warden.adopt(2, 21, processes.back());
  reap(21, ExitStatus::killed_by(SIGSEGV));
  EXPECT_EQ(turn(), "reaped2:SIGSEGV gone2 ");
}

TEST_F(WardenTest, AdoptsWhatHasEndedMeanwhile) {
  start(1, 20);
  turn();
  warden.reaped(21, ExitStatus::exited_with(5));
  EXPECT_EQ(turn(), "");
  warden.adopt(2, 21, std::nullopt);
  EXPECT_EQ(turn(), "reaped2:exit 5 gone2 ");
  warden.adopt(3, 22, std::nullopt);
  EXPECT_EQ(turn(), "reaped3:ended gone3 ");
}

TEST_F(WardenTest, NoticesAnAdoptedProcessThatSomebodyElseReaped) {
  start(1, 20);
  processes.push_back(process(21, 20));
  warden.adopt(2, 21, processes.back());
  turn();
  vanish(21);
  EXPECT_EQ(turn(), "reaped2:ended gone2 ");
}

TEST_F(WardenTest, AnIncompleteTableProvesNothing) {
  start(1, 20);
  told();
  const auto all = std::exchange(processes, {});
  EXPECT_EQ(turn(false), "");
  EXPECT_GT(warden.next_turn(), now);
  processes = all;
  EXPECT_EQ(turn(), "");
}

TEST_F(WardenTest, TheFenceKillsEverything) {
  start(1, 20);
  turn();
  warden.fence(now + base::Duration{500'000});
  EXPECT_EQ(warden.next_turn(), now + base::Duration{500'000});
  EXPECT_EQ(turn(), "");
  now += base::Duration{500'000};
  EXPECT_EQ(turn(), "fenced ");
  EXPECT_EQ(signals, (Sent{{20, SIGTERM}, {20, SIGCONT}}));
  reap(20);
  EXPECT_EQ(turn(), "reaped1:exit 0 gone1 empty ");
  EXPECT_EQ(warden.next_turn(), base::kNever);
}

TEST_F(WardenTest, PausesAndResumesOnlyWhatItStopped) {
  start(1, 20);
  processes.push_back(process(21, 20, 'T'));  // stopped by a test
  turn();
  warden.pause();
  turn();
  EXPECT_EQ(signals, (Sent{{20, SIGSTOP}}));
  EXPECT_LT(warden.next_turn(), now + kSweep);
  turn();
  EXPECT_TRUE(signals.empty());
  EXPECT_EQ(warden.next_turn(), now + kSweep);
  processes[0].state = 'T';
  warden.resume();
  turn();
  EXPECT_EQ(signals, (Sent{{20, SIGCONT}}));
}

TEST_F(WardenTest, DoesNotWaitForWhatItMayNotKill) {
  start(1, 20);
  processes.push_back(process(21, 20));
  turn();
  reap(20);
  warden.denied(processes.back());
  EXPECT_EQ(turn(), "reaped1:exit 0 gone1 empty ");
}

}  // namespace
}  // namespace dtest::guardian
