#include "system/proc_table.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "support/processes.hpp"

namespace dtest::system {
namespace {

Process process(pid_t pid, pid_t ppid, pid_t sid = 1) { return {.pid = pid, .ppid = ppid, .sid = sid, .start = 5}; }

std::vector<pid_t> pids(const std::vector<Process>& processes) {
  std::vector<pid_t> out;
  for (const Process& p : processes) out.push_back(p.pid);
  std::sort(out.begin(), out.end());
  return out;
}

TEST(ParseStat, TakesNamesWithSpacesAndParentheses) {
  const auto p = parse_stat("42 (a) b (c)) T 7 8 9 0 -1 4194304 100 0 0 0 1 2 3 4 20 0 1 0 145974 3133440 418");
  ASSERT_TRUE(p);
  EXPECT_EQ(p->pid, 42);
  EXPECT_EQ(p->name, "a) b (c)");
  EXPECT_EQ(p->ppid, 7);
  EXPECT_EQ(p->pgid, 8);
  EXPECT_EQ(p->sid, 9);
  EXPECT_EQ(p->state, 'T');
  EXPECT_EQ(p->start, 145974U);
}

TEST(ParseStat, RefusesWhatIsCutOff) {
  for (const char* text : {"", "42", "42 (sh", "42 (sh)", "42 (sh) R", "42 (sh) R 1 2 3", "42 sh) R 1 2 3 0 0", "x (sh) R 1 2 3"}) {
    EXPECT_FALSE(parse_stat(text)) << text;
  }
}

TEST(ProcTable, FindsDescendantsAndSessions) {
  const ProcTable table({process(5, 2, 9), process(2, 1), process(4, 3, 9), process(3, 2), process(6, 1)});
  EXPECT_EQ(pids(descendants(table, 2)), (std::vector<pid_t>{3, 4, 5}));
  EXPECT_EQ(pids(descendants(table, 6)), std::vector<pid_t>{});
  EXPECT_EQ(pids(in_session(table, 9)), (std::vector<pid_t>{4, 5}));
  EXPECT_EQ(table.find(4)->ppid, 3);
  EXPECT_EQ(table.find(7), nullptr);
}

TEST(ProcTable, SurvivesACircle) {
  const ProcTable table({process(2, 3), process(3, 2), process(4, 3)});
  EXPECT_EQ(pids(descendants(table, 2)), (std::vector<pid_t>{3, 4}));
}

TEST(ProcTable, MarkedAsksTheLookup) {
  const ProcTable table({process(2, 1), process(3, 1)});
  const auto lookup = [](pid_t pid, std::string_view name) -> std::optional<std::string> {
    if (name != "MARK") return std::nullopt;
    return pid == 3 ? "x" : "xy";
  };
  EXPECT_EQ(pids(marked(table, "MARK", "x", lookup)), std::vector<pid_t>{3});
}

TEST(ProcTable, ReadsThisMachine) {
  const ProcTable table = ProcTable::read();
  EXPECT_TRUE(table.complete());
  const Process* self = table.find(::getpid());
  ASSERT_NE(self, nullptr);
  EXPECT_EQ(self->ppid, ::getppid());
  EXPECT_TRUE(self->same(*read_process(::getpid())));
}

TEST(ProcTable, SignalsOnlyTheSameProcess) {
  SpawnSpec spec;
  spec.argv = {"sleep", "1000"};
  const support::Marked mark("DTEST_UNIT");
  spec.env = {{"DTEST_UNIT", mark.value()}, {"DTEST_UNIT_OTHER", "1"}};
  const Child child = spawn(spec);
  const Process now = read_process(child.pid).value();
  EXPECT_EQ(environ_value(child.pid, "DTEST_UNIT"), mark.value());
  EXPECT_EQ(environ_value(child.pid, "DTEST_UNI"), std::nullopt);
  EXPECT_EQ(pids(mark.all()), std::vector<pid_t>{child.pid});

  Process earlier = now;
  --earlier.start;
  EXPECT_EQ(signal_process(earlier, SIGKILL), Signalled::gone);
  EXPECT_TRUE(support::alive(child.pid));
  EXPECT_EQ(signal_process(now, SIGKILL), Signalled::sent);
  EXPECT_EQ(wait_for(child, support::kPatience)->signal(), SIGKILL);
  EXPECT_EQ(signal_process(now, SIGKILL), Signalled::gone);
}

}  // namespace
}  // namespace dtest::system
