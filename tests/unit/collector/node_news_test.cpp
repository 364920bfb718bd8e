#include "collector/node_news.hpp"

#include <gtest/gtest.h>

#include "script.hpp"

namespace dtest::collector {
namespace {

using base::Incarnation;
using base::Slot;

TEST(NodeNews, AJoinSaysWhatIsKnown) {
  Script s;
  s.collector.begin(at(0));
  s.collector.introduce({"n1", 8, "3.3.1", "1.0.0"});
  s.collector.on_node_joined("n1", at(1));
  s.collector.on_node_joined("n2", at(1));
  std::vector<NodeJoin> joins = s.recorder.of<NodeJoin>();
  EXPECT_EQ(joins.at(0).runners, 8U);
  EXPECT_EQ(joins.at(1).name, "n2");
}

TEST(NodeNews, ABootIsRunnerZero) {
  Script s;
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  s.collector.on_report("n1", protocol::Booting{77}, at(0));
  s.collector.on_report("n1", protocol::Booted{base::from_seconds(3), "on"}, at(3));
  s.collector.on_report("n1", protocol::RunnerUp{Slot(1), Incarnation(1), 78}, at(3.5));
  EXPECT_EQ(s.recorder.of<RunnerStart>().at(0).place.runner, 0U);
  EXPECT_EQ(s.recorder.of<RunnerStart>().at(0).pid, 77);
  std::vector<RunnerReady> ready = s.recorder.of<RunnerReady>();
  EXPECT_DOUBLE_EQ(ready.at(0).boot_secs, 3);
  EXPECT_DOUBLE_EQ(ready.at(1).boot_secs, 0.5);
}

TEST(NodeNews, HooksAreToldAndTheRunnersThatTheyCost) {
  Script s;
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  s.collector.on_report("n1", protocol::Setup{"node_setup", Slot(0), "/n", "start", "", false, {}, {}}, at(0));
  protocol::Setup end{"node_setup", Slot(0), "/n", "end", "exit 0", true, base::from_seconds(2), {"made it\n"}};
  s.collector.on_report("n1", end, at(2));
  end = {"runner_setup", Slot(3), "/r", "end", "exit 3", false, base::from_seconds(1), {}};
  s.collector.on_report("n1", end, at(3));
  std::vector<NodeSetup> told = s.recorder.of<NodeSetup>();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].phase, "start");
  EXPECT_TRUE(told[1].ok);
  EXPECT_DOUBLE_EQ(told[1].secs, 2);
  EXPECT_EQ(told[1].output.bytes, "made it\n");
  EXPECT_EQ(told[2].place.runner, 3U);
  EXPECT_EQ(told[2].how, "exit 3");
  EXPECT_EQ(s.collector.runners_lost(), 1U);
}

TEST(NodeNews, ACrashSaysWhatTheRunnerWasAt) {
  Script s;
  s.up({"a"});
  s.start(0);
  s.list(0, {1});
  s.over(0, {.outcome = protocol::Outcome::crashed, .running = 1, .why = "SIGSEGV"});
  protocol::RunnerExit exit{Slot(1), Incarnation(1), 101, "SIGSEGV", "crashed", {"last words"}};
  s.collector.on_report("n1", exit, at(1));
  s.collector.on_report("n1", protocol::RunnerUp{Slot(1), Incarnation(2), 102}, at(1.25));
  exit = {Slot(1), Incarnation(2), 102, "exit 0", "ended", {}};
  s.collector.on_report("n1", exit, at(2));
  RunnerCrash crash = s.recorder.of<RunnerCrash>().at(0);
  EXPECT_EQ(crash.path, "a");
  EXPECT_EQ(crash.last_test, s.id(0, 1));
  EXPECT_EQ(crash.output.bytes, "last words");
  EXPECT_DOUBLE_EQ(s.recorder.of<RunnerReady>().back().boot_secs, 0.25);
  EXPECT_EQ(s.recorder.of<RunnerEnd>().at(0).how, "exit 0");
}

TEST(NodeNews, PositionsCountPerIncarnation) {
  Script s;
  s.up({"a", "b", "c"});
  s.pass(0, 1);
  s.pass(1, 1);
  s.collector.on_report("n1", protocol::RunnerUp{Slot(1), Incarnation(2), 102}, at(1));
  s.pass(2, 1);
  std::vector<std::uint32_t> positions;
  for (const FileStart& e : s.recorder.of<FileStart>()) positions.push_back(e.position_on_runner);
  EXPECT_EQ(positions, (std::vector<std::uint32_t>{1, 2, 1}));
}

TEST(NodeNews, ALostNodeIsNotOneThatLeaves) {
  Script s;
  s.up({"a"});
  s.collector.on_node_gone("n1", "no heartbeat for 10s", 3, false, at(1));
  s.collector.on_node_joined("n2", at(1));
  s.collector.on_node_gone("n2", "drained", 2, true, at(1));
  EXPECT_EQ(s.recorder.of<NodeLost>().at(0).requeued, 3U);
  EXPECT_EQ(s.recorder.of<NodeLeave>().at(0).name, "n2");
  EXPECT_EQ(s.recorder.of<NodeLeave>().at(0).files, 0U);
  EXPECT_EQ(s.recorder.of<NodeLeave>().at(0).requeued, 2U);
  s.pass(0, 1);
  s.collector.on_node_gone("n1", "drained", 0, true, at(2));
  EXPECT_EQ(s.recorder.of<NodeLeave>().at(1).files, 1U);
}

}  // namespace
}  // namespace dtest::collector
