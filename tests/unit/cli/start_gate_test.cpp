#include "cli/start_gate.hpp"

#include <gtest/gtest.h>

namespace dtest::cli {
namespace {

using Says = StartGate::Says;
using std::chrono::seconds;

constexpr base::Instant kBegan{seconds(100)};

protocol::Body up(std::uint32_t slot) { return protocol::RunnerUp{base::Slot(slot), base::Incarnation(1), 1}; }
protocol::Body down(std::uint32_t slot) {
  return protocol::RunnerExit{base::Slot(slot), base::Incarnation(1), 1, "exit 0", "ended", {}};
}

TEST(StartGate, OpensWithThePlanWhenNothingElseIsAskedFor) {
  StartGate gate({}, kBegan);
  EXPECT_EQ(gate.ask(false, true, kBegan), Says::wait);
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::go);
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::over);
}

TEST(StartGate, GivesUpWhenNobodyIsOnTheWay) {
  StartGate gate({}, kBegan);
  EXPECT_EQ(gate.ask(false, false, kBegan), Says::give_up);
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::over);
}

TEST(StartGate, CountsRunnersOfAllNodes) {
  StartGate gate({3, seconds(60)}, kBegan);
  gate.on_report("a", up(1));
  gate.on_report("a", up(2));
  gate.on_report("a", up(2));
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::wait);
  gate.on_report("b", up(1));
  EXPECT_EQ(gate.up(), 3U);
  gate.on_report("a", down(2));
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::wait);
  gate.on_node_gone("b");
  EXPECT_EQ(gate.up(), 1U);
  gate.on_report("c", up(7));
  gate.on_report("c", up(8));
  EXPECT_EQ(gate.ask(true, true, kBegan), Says::go);
}

TEST(StartGate, WaitsAsLongAsItIsToldAndNoLonger) {
  StartGate gate({2, seconds(60)}, kBegan);
  EXPECT_EQ(gate.deadline(), kBegan + seconds(60));
  EXPECT_EQ(gate.ask(true, true, kBegan + seconds(59)), Says::wait);
  EXPECT_EQ(gate.ask(true, true, kBegan + seconds(60)), Says::give_up);
  EXPECT_EQ(gate.deadline(), base::kNever);
}

TEST(StartGate, DoesNotWaitForNobody) {
  StartGate gate({2, seconds(60)}, kBegan);
  EXPECT_EQ(gate.ask(false, false, kBegan), Says::give_up);
}

}  // namespace
}  // namespace dtest::cli
