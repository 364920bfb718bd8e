#include "guardian/owners.hpp"

#include <gtest/gtest.h>

namespace dtest::guardian {
namespace {

using system::Process;
using system::ProcTable;

constexpr pid_t kKeeper = 10;

Process process(pid_t pid, pid_t ppid, pid_t sid = 1, char state = 'S') {
  return {.pid = pid, .ppid = ppid, .sid = sid, .state = state, .start = static_cast<std::uint64_t>(pid)};
}

class OwnersTest : public testing::Test {
 protected:
  void look(std::vector<Process> processes, bool marks = false) {
    processes.push_back(process(1, 0));
    processes.push_back(process(5, 1));
    processes.push_back(process(kKeeper, 5));
    owners.update(ProcTable(std::move(processes)), kKeeper, marks);
  }
  std::vector<pid_t> of(Token token) const { return pids(owners.of(token)); }
  static std::vector<pid_t> pids(const std::vector<Process>& list) {
    std::vector<pid_t> out;
    for (const Process& p : list) out.push_back(p.pid);
    return out;
  }
  using Pids = std::vector<pid_t>;

  std::map<std::pair<pid_t, std::string>, std::string> environment;
  Owners owners{"s", [this](pid_t pid, std::string_view name) -> std::optional<std::string> {
                  const auto at = environment.find({pid, std::string(name)});
                  return at == environment.end() ? std::nullopt : std::optional(at->second);
                }};
};

TEST_F(OwnersTest, ByAncestor) {
  owners.add_root(1, process(20, kKeeper), false);
  look({process(20, kKeeper), process(21, 20), process(22, 21), process(99, 1)});
  EXPECT_EQ(of(1), (Pids{20, 21, 22}));
  EXPECT_EQ(owners.all().size(), 3U);
}

TEST_F(OwnersTest, AnAdoptedProcessIsNotItsForefathers) {
  owners.add_root(1, process(20, kKeeper), false);
  look({process(20, kKeeper), process(21, 20), process(22, 21), process(23, 22)});
  EXPECT_EQ(of(1), (Pids{20, 21, 22, 23}));
  owners.add_root(2, process(22, 21), true);
  look({process(20, kKeeper), process(22, kKeeper), process(23, 22)});
  EXPECT_EQ(of(1), Pids{20});
  EXPECT_EQ(of(2), (Pids{22, 23}));
}

TEST_F(OwnersTest, OrphansKeepTheirOwner) {
  owners.add_root(1, process(20, kKeeper), false);
  look({process(20, kKeeper), process(21, 20), process(22, 21)});
  look({process(20, kKeeper), process(22, kKeeper), process(23, 22)});
  EXPECT_EQ(of(1), (Pids{20, 22, 23}));
}

TEST_F(OwnersTest, AReusedPidIsSomebodyElse) {
  owners.add_root(1, process(20, kKeeper), false);
  look({process(20, kKeeper), process(21, 20)});
  Process other = process(21, kKeeper);
  other.start = 1000;
  look({process(20, kKeeper), other});
  EXPECT_EQ(of(1), Pids{20});
}

TEST_F(OwnersTest, UnknownOrphansAreNamedByEnvironmentOrSession) {
  owners.add_root(1, process(20, kKeeper), false);
  owners.add_root(2, process(30, kKeeper), true);
  environment[{40, "DTEST_MARK"}] = "s.2";
  environment[{42, "DTEST_MARK"}] = "other.2";
  environment[{43, "DTEST_MARK"}] = "s.2x";
  environment[{44, "DTEST_MARK"}] = "s.77";
  look({process(20, kKeeper), process(30, kKeeper), process(40, kKeeper, 20), process(41, kKeeper, 30),
        process(42, kKeeper), process(43, kKeeper), process(44, kKeeper)});
  EXPECT_EQ(of(1), Pids{20});
  EXPECT_EQ(of(2), (Pids{30, 40, 41}));
  EXPECT_EQ(owners.all().size(), 7U);
}

TEST_F(OwnersTest, AClaimOnAnAdoptedTokenIsTheBetterOne) {
  owners.add_root(1, process(20, kKeeper), false);
  owners.add_root(2, process(30, kKeeper), true);
  environment[{40, "DTEST_MARK"}] = "s.1";  // forked by 30 without exec: the boot process's environment
  look({process(20, kKeeper), process(40, kKeeper, 30)});
  EXPECT_EQ(of(2), Pids{40});
}

TEST_F(OwnersTest, EndedProcessesCountForNothing) {
  owners.add_root(1, process(20, kKeeper), false);
  look({process(20, kKeeper, 1, 'Z')});
  EXPECT_TRUE(owners.empty());
}

TEST_F(OwnersTest, MarksAreSearchedEverywhereButUpwards) {
  for (const pid_t pid : {1, 5, kKeeper, 50}) environment[{pid, "DTEST_SESSION"}] = "s";
  environment[{60, "DTEST_SESSION"}] = "other";
  look({process(50, 1), process(51, 50), process(60, 1)});
  EXPECT_TRUE(owners.empty());
  look({process(50, 1), process(51, 50), process(60, 1)}, true);
  EXPECT_EQ(pids(owners.all()), (Pids{50, 51}));
}

}  // namespace
}  // namespace dtest::guardian
