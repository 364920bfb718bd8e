#include "master/node_table.hpp"

#include <gtest/gtest.h>

namespace dtest::master {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct NodeTableTest : testing::Test {
  void add(const std::string& name, std::uint32_t weight = 1) {
    KnownNode node{NodeLink(name, {}, limits, now)};
    node.weight = weight;
    table.try_emplace(name, std::move(node));
  }
  // It serves the run, with so much credit and so many runners.
  void serve(const std::string& name, std::uint64_t credit, std::uint32_t runners) {
    KnownNode& node = table.find(name)->second;
    protocol::Result result{{{}, base::Epoch(7), {}, {}, base::JobNumber(credit), {}}, protocol::Beat{}};
    Actions actions;
    node.link.on_result(result, now, actions);
    for (std::uint32_t slot = 1; slot <= runners; ++slot) node.up.insert(base::Slot(slot));
  }
  std::string best() {
    const KnownNode* node = table.best(now);
    return node == nullptr ? "none" : node->link.name();
  }
  std::string due() {
    std::string names;
    for (const KnownNode* node : table.due(now)) names += node->link.name();
    return names;
  }

  Limits limits;
  base::Instant now{seconds(1000)};
  NodeTable table;
};

TEST_F(NodeTableTest, TheBestHasAFreeRunnerThenMostCreditByWeightThenTheFirstName) {
  EXPECT_EQ("none", best());
  for (const char* name : {"c", "b", "a"}) add(name);
  EXPECT_EQ("none", best()) << "none of them has answered";
  for (const char* name : {"c", "b", "a"}) serve(name, 3, 1);
  EXPECT_EQ("a", best());
  serve("b", 4, 1);
  EXPECT_EQ("b", best());
  table.find("b")->second.in_flight = 1;
  EXPECT_EQ("a", best()) << "b's runner has something";
  table.find("c")->second.weight = 2;
  EXPECT_EQ("c", best());
  table.find("c")->second.failed = true;
  table.find("a")->second.link.gone();
  EXPECT_EQ("b", best());
}

TEST_F(NodeTableTest, WhoIsSilentIsNotTheBest) {
  add("a"), add("b");
  serve("a", 9, 1);
  now += limits.suspect - milliseconds(1);
  serve("b", 1, 1);
  EXPECT_EQ("a", best());
  now += milliseconds(1);
  EXPECT_EQ("b", best());
}

TEST_F(NodeTableTest, DueAreThoseWhoseDeadlineHasComeAndNobodyElse) {
  EXPECT_EQ(base::kNever, table.next_deadline());
  add("a");
  EXPECT_EQ(now, table.next_deadline());
  EXPECT_EQ("a", due());
  Actions actions;
  table.find("a")->second.link.tick(now, actions);
  now += limits.hello_first - milliseconds(1);
  EXPECT_EQ("", due());
  add("b");
  EXPECT_EQ("b", due());
  now += milliseconds(1);
  EXPECT_EQ("ba", due()) << "the oldest deadline first";
  for (const char* name : {"a", "b"}) table.find(name)->second.link.gone();
  EXPECT_EQ("", due());
  EXPECT_EQ(base::kNever, table.next_deadline());
}

TEST_F(NodeTableTest, AllThatMayBeChangedAreLookedAtAnew) {
  add("a"), add("b");
  EXPECT_EQ(now, table.next_deadline());
  for (auto& [name, node] : table) node.link.gone();
  EXPECT_EQ(base::kNever, table.next_deadline());
}

}  // namespace
}  // namespace dtest::master
