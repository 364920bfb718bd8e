#include "report/failure.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

collector::TestEnd crashed(std::uint32_t runner) {
  collector::TestEnd end;
  end.path = "spec/a_spec.rb", end.status = collector::Status::crashed, end.reason = "exit 7";
  end.place = {"local", runner};
  return end;
}

TEST(Failure, SaysHowItsRunnerEndedBeforeTheProcessIsKnown) {
  Look look;
  look.single_node = true;
  Failure failure = failure_of(crashed(1), nullptr, {}, look);
  EXPECT_EQ(failure.remark, "runner 1 ended with exit 7 while running it");
  EXPECT_FALSE(failure.secs.has_value()) << "nobody said how long it took";
}

TEST(Failure, IsNotExplainedByTheEndOfAnotherRunner) {
  Look look;
  look.single_node = true;
  collector::RunnerCrash earlier;
  earlier.place = {"local", 2};
  earlier.how = "SIGSEGV";
  earlier.output.bytes = "of another try";
  Failure failure = failure_of(crashed(1), &earlier, {}, look);
  EXPECT_EQ(failure.remark, "runner 1 ended with exit 7 while running it");
  EXPECT_TRUE(failure.output.bytes.empty());
}

TEST(Failure, OfRubysOwnCrashTheHeadOfItsReportIsWhatCounts) {
  Lines text{"a word", "a.rb:1: [BUG] Segmentation fault", "control frames", "1", "2", "3", "memory map"};
  EXPECT_EQ(report_in(text, 3), (Lines{text[1], text[2], text[3]}));
  EXPECT_EQ(report_in(text, 7), text);
  text[1] = "no crash";
  EXPECT_EQ(report_in(text, 3), text);
}

}  // namespace
}  // namespace dtest::report
