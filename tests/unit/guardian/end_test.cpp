// How guardians, keepers and daemons end.
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "guardian/main.hpp"
#include "keeper_fixture.hpp"

namespace dtest::guardian {
namespace {

class EndTest : public KeeperTest {
 protected:
  void SetUp() override {
    ASSERT_EQ(::mkdir(dir.file("removed").c_str(), 0700), 0);
    dir.put("removed/file", "x");
    KeeperTest::SetUp();
  }
  bool removed() const {
    struct stat status {};
    return ::lstat(dir.file("removed").c_str(), &status) != 0;
  }
  /// Two trees, one of which does not hear TERM; their pids.
  std::vector<pid_t> start_trees() {
    start(1, kQuietTree);
    start(2, kDeafTree);
    return {post.pid(), post.pid()};
  }
  static constexpr const char* kQuietTree = "setsid sh -c 'echo $$ > $P; exec sleep 1000' & wait";
  static constexpr const char* kDeafTree =
      "trap '' TERM; (setsid sh -c 'trap \"\" TERM HUP; echo $$ > $P; while :; do sleep 1000; done' &); "
      "while :; do sleep 1000; done";
};

TEST_F(EndTest, EndKillsRemovesAndExits) {
  const auto pids = start_trees();
  const pid_t guardian = keeper->pid();
  keeper->end();
  next<Empty>();
  next<Ended>();
  for (const pid_t pid : pids) expect_gone(pid);
  EXPECT_FALSE(system::read_process(guardian));  // not even a zombie
  EXPECT_TRUE(removed());
  EXPECT_TRUE(mark.all().empty());
}

TEST_F(EndTest, EndOfAnIdleGuardian) {
  keeper->end();
  next<Ended>();
  EXPECT_TRUE(removed());
}

TEST_F(EndTest, CommandsBeforeTheEndAreObeyed) {
  start(1, "echo up > $P; exec sleep 1000");
  keeper->end();
  EXPECT_EQ(next<Reaped>().token, 1U);
  next<Ended>();
}

TEST_F(EndTest, DestroyingAKeeperIsAnEnd) {
  const auto pids = start_trees();
  const pid_t guardian = keeper->pid();
  keeper.reset();
  EXPECT_TRUE(support::ends(guardian));
  for (const pid_t pid : pids) expect_gone(pid);
  EXPECT_TRUE(removed());
}

TEST_F(EndTest, TheGuardianIsDeafToPoliteSignals) {
  const pid_t guardian = keeper->pid();
  start(1, "exit 0");
  next<Empty>();
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE, SIGQUIT}) ::kill(guardian, signal);
  start(2, "exit 0");
  EXPECT_EQ(next<Reaped>().token, 2U);
}

TEST_F(EndTest, TheGuardianHasASessionOfItsOwnAndNothingElse) {
  start(1, "exit 0");
  next<Empty>();
  const std::string proc = "/proc/" + std::to_string(keeper->pid());
  EXPECT_EQ(system::read_process(keeper->pid())->sid, keeper->pid());
  system::SpawnSpec spec;
  spec.argv = {"sh", "-c", "for i in 0 1 2; do readlink " + proc + "/fd/$i; done; ls " + proc + "/fd | wc -l"};
  const auto listed = system::run_and_capture(spec, support::kPatience).output;
  EXPECT_EQ(listed, "/dev/null\n/dev/null\n/dev/null\n5\n");  // and its socket, its signals
}

TEST_F(EndTest, AKilledGuardianIsLostAndNothingIsLeft) {
  const auto pids = start_trees();
  for (int i = 0; i < 2; ++i) next<Spawned>();
  ::kill(keeper->pid(), SIGKILL);
  EXPECT_EQ(next<Lost>().left, 0U);
  for (const pid_t pid : pids) expect_gone(pid);
  EXPECT_TRUE(mark.all().empty());
  EXPECT_TRUE(removed());
  EXPECT_TRUE(keeper->read().empty());
  keeper->kill_all(kGrace);  // harmless
  keeper->end();
}

TEST_F(EndTest, ALostGuardiansChildrenAreReaped) {
  start(1, "echo up > $P; exec sleep 1000");
  post.line();
  const pid_t pid = next<Spawned>().pid;
  ::kill(keeper->pid(), SIGKILL);
  const auto reaped = next<Reaped>();
  EXPECT_EQ(reaped.pid, pid);
  EXPECT_EQ(reaped.status.signal(), SIGKILL);
  next<Lost>();
  EXPECT_FALSE(system::read_process(pid));
}

// It has neither the mark nor parents, and no session that anybody knows: its guardian alone knew whose it is.
TEST_F(EndTest, ALostGuardiansOrphansAreKilled) {
  Spec spec;
  spec.token = 1;
  spec.argv = {"sh", "-c", "(setsid env -i sh -c \"echo \\$\\$ > $P; exec sleep 1000\" &); exit 0"};
  spec.env = {{"P", post.path()}};
  spec.lasting = true;
  keeper->spawn(spec);
  const pid_t pid = post.pid();
  next<Reaped>();
  ASSERT_TRUE(support::wait_until([&] { return system::read_process(pid)->ppid == keeper->pid(); }));
  ::kill(keeper->pid(), SIGKILL);
  next<Lost>();
  expect_gone(pid);
}

// Those of another session live as long as theirs.
TEST_F(EndTest, AnotherGuardianIsNoOrphan) {
  const auto other = make_keeper();
  ::kill(keeper->pid(), SIGKILL);
  next<Lost>();
  EXPECT_TRUE(support::alive(other->pid()));
}

TEST_F(EndTest, ALostGuardianIsNoticedWhileItIsCommanded) {
  ::kill(keeper->pid(), SIGKILL);
  ASSERT_TRUE(support::ends(keeper->pid()));
  start(1, "exit 0");
  keeper->kill_all(kGrace);
  EXPECT_EQ(next<Lost>().left, 0U);
}

// What is stopped hears nothing: it is made to go on when there is something to do.
TEST_F(EndTest, AStoppedGuardianEnds) {
  const auto pids = start_trees();
  ::kill(keeper->pid(), SIGSTOP);
  keeper->end();
  next<Ended>();
  for (const pid_t pid : pids) expect_gone(pid);
}

TEST_F(EndTest, AStoppedGuardianKills) {
  const auto pids = start_trees();
  for (int i = 0; i < 2; ++i) next<Spawned>();
  ::kill(keeper->pid(), SIGSTOP);
  keeper->kill_all(kGrace);
  next<Empty>();
  for (const pid_t pid : pids) expect_gone(pid);
}

// Somebody may stop it again, or later: nothing of this may depend on whoever did to make it go on.
TEST_F(EndTest, AGuardianThatIsStoppedWhileItEndsGoesOn) {
  const auto pids = start_trees();
  keeper->end();
  ::kill(keeper->pid(), SIGSTOP);
  next<Ended>();
  for (const pid_t pid : pids) expect_gone(pid);
}

TEST_F(EndTest, AGuardianThatIsStoppedWhileItKillsGoesOn) {
  const auto pids = start_trees();
  for (int i = 0; i < 2; ++i) next<Spawned>();
  keeper->kill_all(kGrace);
  ::kill(keeper->pid(), SIGSTOP);
  next<Empty>();
  for (const pid_t pid : pids) expect_gone(pid);
}

// CONT takes back the stop by which a debugger, or LeakSanitizer, begins: whoever traces it would wait for ever.
TEST_F(EndTest, AGuardianThatRunsIsSentNoSignalWhileItEnds) {
  start(1, "echo up > $P; exec sleep 1000");
  post.line();
  const pid_t guardian = keeper->pid();
  if (::ptrace(PTRACE_SEIZE, guardian, nullptr, nullptr) != 0) GTEST_SKIP() << "nothing may be traced here";
  keeper->end();
  std::vector<int> heard;
  int status = 0;
  while (::waitpid(guardian, &status, __WALL) == guardian && WIFSTOPPED(status)) {
    heard.push_back(WSTOPSIG(status));
    ::ptrace(PTRACE_CONT, guardian, nullptr, WSTOPSIG(status));
  }
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(std::count(heard.begin(), heard.end(), SIGCONT), 0);
}

class DaemonKilledTest : public EndTest {
 protected:
  /// `stopped`: the guardian is stopped before.
  void kill_daemon(bool stopped) {
    keeper->end();
    next<Ended>();
    ASSERT_EQ(::mkdir(dir.file("removed").c_str(), 0700), 0);
    system::SpawnSpec spec;
    spec.argv = {GUARDIAN_HELPER, "--daemon", mark.value(), dir.file("removed"), "300000", kQuietTree, kDeafTree};
    spec.env = {{"P", post.path()}};
    const system::Child daemon = system::spawn(spec);
    const pid_t first = post.pid(), second = post.pid();
    if (stopped) stop_child_of(daemon.pid);
    ::kill(daemon.pid, SIGKILL);
    EXPECT_TRUE(support::ends(first));
    EXPECT_TRUE(support::ends(second));
    ASSERT_TRUE(system::wait_for(daemon, support::kPatience));
    // The guardian is ours now, since we are a subreaper: its end is the end of all.
    for (const auto& p : system::descendants(system::ProcTable::read(), ::getpid())) EXPECT_TRUE(support::ends(p.pid));
    EXPECT_TRUE(removed());
    EXPECT_TRUE(mark.all().empty());
  }
  static void stop_child_of(pid_t parent) {
    for (const auto& p : system::descendants(system::ProcTable::read(), parent))
      if (p.ppid == parent) ::kill(p.pid, SIGSTOP);
  }
};

TEST_F(DaemonKilledTest, EverythingGoes) { kill_daemon(false); }

TEST_F(DaemonKilledTest, EverythingGoesThoughTheGuardianIsStopped) { kill_daemon(true); }

}  // namespace
}  // namespace dtest::guardian
