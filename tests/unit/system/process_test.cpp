#include "system/process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/error.hpp"
#include "support/processes.hpp"
#include "system/signals.hpp"

namespace dtest::system {
namespace {

using support::kPatience;

class ProcessTest : public testing::Test {
 protected:
  SpawnSpec sh(const std::string& script) const {
    SpawnSpec spec;
    spec.argv = {"sh", "-c", script};
    spec.env = {{"DTEST_UNIT", mark.value()}};
    return spec;
  }
  static ExitStatus run(const SpawnSpec& spec) {
    const Child child = spawn(spec);
    return wait_for(child, kPatience).value();
  }
  std::string output_of(SpawnSpec spec) { return run_and_capture(std::move(spec), kPatience).output; }
  static std::string refusal(const SpawnSpec& spec) {
    try {
      spawn(spec);
    } catch (const base::Error& e) {
      return e.what();
    }
    return "";
  }

  support::TempDir dir;
  support::Marked mark{"DTEST_UNIT"};
};

TEST_F(ProcessTest, GivesExitStatuses) {
  EXPECT_EQ(run(sh("exit 0")).text(), "exit 0");
  EXPECT_EQ(run(sh("exit 7")).code(), 7);
  EXPECT_EQ(run(sh("kill -TERM $$")).signal(), SIGTERM);
}

TEST_F(ProcessTest, NamesAProgramThatIsNotThere) {
  SpawnSpec spec = sh("");
  spec.argv = {"no-such-program-anywhere"};
  EXPECT_EQ(refusal(spec), "cannot run no-such-program-anywhere: no such program");
  spec.argv = {"/nowhere/at/all"};
  EXPECT_EQ(refusal(spec), "cannot run /nowhere/at/all: no such program");
}

TEST_F(ProcessTest, NamesAFileThatMayNotBeRun) {
  SpawnSpec spec = sh("");
  spec.argv = {dir.put("data", "no program")};
  EXPECT_EQ(refusal(spec), "cannot run " + spec.argv[0] + ": Permission denied");
}

TEST_F(ProcessTest, NamesADirectoryThatIsNotThere) {
  SpawnSpec spec = sh("");
  spec.cwd = "/nowhere";
  EXPECT_EQ(refusal(spec), "cannot run sh in /nowhere: No such file or directory");
}

TEST_F(ProcessTest, NamesAnOutputThatCannotBeWritten) {
  SpawnSpec spec = sh("");
  spec.output = AppendTo{"/nowhere/log"};
  EXPECT_EQ(refusal(spec), "cannot run sh: output to /nowhere/log: No such file or directory");
}

TEST_F(ProcessTest, RefusesWhatIsNoCommand) {
  EXPECT_THROW(spawn({}), base::Error);
  SpawnSpec spec = sh("");
  spec.argv.push_back(std::string("a\0b", 3));
  EXPECT_THROW(spawn(spec), base::Error);
}

TEST_F(ProcessTest, LeavesNoZombieOfAFailedLaunch) {
  SpawnSpec spec = sh("");
  spec.cwd = "/nowhere";
  refusal(spec);
  const ProcTable table = ProcTable::read();
  for (const Process& p : table.all()) EXPECT_FALSE(p.ppid == ::getpid() && p.ended());
}

TEST_F(ProcessTest, ChangesTheEnvironment) {
  ::setenv("DTEST_REMOVED", "here", 1);
  SpawnSpec spec = sh("echo \"${DTEST_REMOVED-none} $DTEST_ADDED\"");
  spec.env["DTEST_REMOVED"] = std::nullopt;
  spec.env["DTEST_ADDED"] = "a b";
  EXPECT_EQ(output_of(spec), "none a b\n");
  spec.clean_env = true;
  spec.argv = {"/usr/bin/env"};
  EXPECT_EQ(output_of(spec), "DTEST_ADDED=a b\nDTEST_UNIT=" + mark.value() + "\n");
  ::unsetenv("DTEST_REMOVED");
}

TEST_F(ProcessTest, LooksForTheProgramInTheChildsPath) {
  const std::string program = dir.put("greet", "#!/bin/sh\necho hello\n");
  ::chmod(program.c_str(), 0700);
  SpawnSpec spec = sh("");
  spec.argv = {"greet"};
  spec.env["PATH"] = "/nowhere:" + dir.path() + ":/bin";
  EXPECT_EQ(output_of(spec), "hello\n");
}

TEST_F(ProcessTest, AppendsOutputAndErrors) {
  const std::string log = dir.put("log", "before\n");
  SpawnSpec spec = sh("pwd; echo wrong >&2");
  spec.cwd = "/";
  spec.output = AppendTo{log};
  spec.error = SameAsOutput{};
  run(spec);
  EXPECT_EQ(dir.get("log"), "before\n/\nwrong\n");
}

TEST_F(ProcessTest, MakesOutputPrivate) {
  SpawnSpec spec = sh("");
  spec.output = AppendTo{dir.file("new")};
  run(spec);
  struct stat status {};
  ASSERT_EQ(::stat(dir.file("new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(ProcessTest, PassesDescriptorsByNumberAndNoOthers) {
  const Pipe pipe = make_pipe(), other = make_pipe();
  const int leaky = ::dup(other.read.get());  // not close-on-exec
  SpawnSpec spec = sh("echo said >&7; ls /proc/self/fd | tr '\\n' ' ' >&7");
  spec.fds = {{7, pipe.write.get()}};
  EXPECT_TRUE(run(spec).success());
  ::close(leaky);
  char text[256] = "";
  ASSERT_GT(::read(pipe.read.get(), text, sizeof text - 1), 0);
  EXPECT_STREQ(text, "said\n0 1 2 3 7 ");  // 3 is ls's own
}

TEST_F(ProcessTest, DescriptorsMayChangePlaces) {
  const Pipe first = make_pipe(), second = make_pipe();
  const int a = first.write.get(), b = second.write.get();
  SpawnSpec spec = sh("echo one >&" + std::to_string(b) + "; echo two >&" + std::to_string(a));
  ASSERT_LT(std::max(a, b), 10);  // sh knows no more
  spec.fds = {{b, a}, {a, b}};
  EXPECT_TRUE(run(spec).success());
  char text[8] = "";
  ASSERT_EQ(::read(first.read.get(), text, 4), 4);
  EXPECT_STREQ(text, "one\n");
  ASSERT_EQ(::read(second.read.get(), text, 4), 4);
  EXPECT_STREQ(text, "two\n");
}

TEST_F(ProcessTest, GivesDefaultSignalsBack) {
  ::signal(SIGUSR1, SIG_IGN);
  const SignalFd blocked{SIGUSR2};
  EXPECT_EQ(run(sh("kill -USR1 $$; exit 3")).signal(), SIGUSR1);
  EXPECT_EQ(run(sh("kill -USR2 $$; exit 3")).signal(), SIGUSR2);
  ::signal(SIGUSR1, SIG_DFL);
}

TEST_F(ProcessTest, CanMakeASession) {
  SpawnSpec spec = sh("read line");
  const Pipe pipe = make_pipe();
  spec.input = UseFd{pipe.read.get()};
  spec.new_session = true;
  const Child child = spawn(spec);
  const auto process = read_process(child.pid);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->sid, child.pid);
  EXPECT_FALSE(wait_for(child, base::Duration::zero()));
  ::kill(child.pid, SIGKILL);
  EXPECT_EQ(wait_for(child, kPatience)->signal(), SIGKILL);
}

TEST_F(ProcessTest, ReapsOnlyChildren) {
  EXPECT_EQ(try_reap(1), ExitStatus());
  EXPECT_EQ(run_and_capture(sh("echo out; echo err >&2; exit 4"), kPatience).status.code(), 4);
}

TEST_F(ProcessTest, CaptureEndsWithItsTime) {
  const auto captured = run_and_capture(sh("echo begun; sleep 1000"), base::Duration{300'000});
  EXPECT_FALSE(captured.status.known());
  EXPECT_EQ(captured.output, "begun\n");
}

TEST_F(ProcessTest, CaptureIsBounded) {
  EXPECT_EQ(run_and_capture(sh("echo 123456789"), kPatience, 4).output, "1234");
}

TEST_F(ProcessTest, ASubreaperGetsOrphansAndReapsThem) {
  ASSERT_TRUE(become_subreaper());
  support::Signpost post(dir);
  run(sh("(sh -c 'echo $$; exec sleep 1000' > " + post.path() + ") & "));
  const pid_t orphan = post.pid();
  ::kill(orphan, SIGKILL);
  ASSERT_TRUE(support::ends(orphan));
  reap_strays({orphan});
  EXPECT_TRUE(read_process(orphan));
  reap_strays({});
  EXPECT_FALSE(read_process(orphan));
}

}  // namespace
}  // namespace dtest::system
