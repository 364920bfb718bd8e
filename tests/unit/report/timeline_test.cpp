#include "report/timeline.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

const Timeline::Index kIndex = [](const std::string& /*path*/) { return std::size_t{0}; };

// The copy, then the hook, then the boot of the node: one after the other on the node's own lane.
TEST(Timeline, ANodeIsCopiedToBeforeItIsSetUp) {
  Timeline line;
  line.on(collector::NodeSync{"mini", "start"}, 0.5, kIndex);
  line.on(collector::NodeSync{"mini", "end", true, "", 1.5}, 2, kIndex);
  line.on(collector::NodeSetup{{"mini", 0}, "node_setup", "/x", "start"}, 2.25, kIndex);
  line.on(collector::NodeSetup{{"mini", 0}, "node_setup", "/x", "end", true, "exit 0", 1}, 3.25, kIndex);
  line.on(collector::RunnerStart{{"mini", 0}, 1, 4711}, 3.5, kIndex);
  const std::vector<Span> spans = line.spans(4);
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans[0].kind, Span::Kind::sync);
  EXPECT_EQ(spans[0].place.runner, 0U);
  EXPECT_EQ(spans[0].from, 0.5);
  EXPECT_EQ(spans[0].to, 2);
  EXPECT_FALSE(collector::is_bad(spans[0].status));
  EXPECT_EQ(spans[1].kind, Span::Kind::setup);
  EXPECT_EQ(spans[2].kind, Span::Kind::boot);
}

TEST(Timeline, ACopyThatFailsSaysWhy) {
  Timeline line;
  line.on(collector::NodeSync{"mini", "start"}, 0.5, kIndex);
  line.on(collector::NodeSync{"mini", "end", false, "no rsync there", 1}, 1.5, kIndex);
  line.on(collector::NodeSync{"mini", "start"}, 3, kIndex);  // tried again, and the run ended meanwhile
  const std::vector<Span> spans = line.spans(4);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].text, "no rsync there");
  EXPECT_EQ(spans[0].status, collector::Status::failed);
  EXPECT_EQ(spans[1].kind, Span::Kind::sync);
  EXPECT_EQ(spans[1].to, 4);
}

}  // namespace
}  // namespace dtest::report
