#include "collector/verdict.hpp"

#include <gtest/gtest.h>

namespace dtest::collector {
namespace {

Totals passed() {
  Totals t;
  t.planned = true;
  t.files = 2;
  t.counts.passed = 3;
  return t;
}

int code(const Totals& t, bool flaky_fails = false) { return judge(t, flaky_fails).exit_code; }

TEST(Verdict, AllPassed) {
  EXPECT_EQ(judge(passed(), false).word, "passed");
  EXPECT_EQ(code(passed()), 0);
  Totals t = passed();
  t.counts.pending = 7;
  EXPECT_EQ(code(t), 0);
}

TEST(Verdict, EveryBadStatusFails) {
  for (auto field : {&Counts::failed, &Counts::error, &Counts::crashed, &Counts::timed_out}) {
    Totals t = passed();
    t.counts.*field = 1;
    EXPECT_EQ(judge(t, false).word, "failed");
    EXPECT_EQ(code(t), 1);
  }
  Totals t = passed();
  t.errors_outside = 1;
  EXPECT_EQ(code(t), 1);
  EXPECT_NE(judge(t, false).reason, "");
}

// Each step takes the strongest cause away.
TEST(Verdict, Precedence) {
  Totals t;
  t.interrupted = 143;
  t.contradictions = 1;
  t.planned = true;
  t.files = 1;
  t.counts.failed = t.counts.not_run = 1;
  t.obstacle = Obstacle{69, "no node"};
  t.report_missing = true;
  EXPECT_EQ(code(t), 143);
  t.interrupted = 130;
  EXPECT_EQ(code(t), 130);
  t.interrupted = 0;
  EXPECT_EQ(code(t), 70);
  t.contradictions = 0;
  EXPECT_EQ(code(t), 1);
  t.counts.failed = 0;
  EXPECT_EQ(code(t), 69);
  t.obstacle.reset();
  EXPECT_EQ(code(t), 3);
  EXPECT_EQ(judge(t, false).word, "incomplete");
  t.counts.not_run = 0;
  t.files = 0;
  EXPECT_EQ(code(t), 4);
  t.files = 1;
  EXPECT_EQ(code(t), 73);
  t.report_missing = false;
  EXPECT_EQ(code(t), 0);
}

TEST(Verdict, AnObstacleThatKeptNothingBackIsNone) {
  Totals t = passed();
  t.obstacle = Obstacle{69, "a node never came"};
  EXPECT_EQ(code(t), 0);
}

// What a node is not there for any more is not run; that no node served is said only where nothing was started.
TEST(Verdict, ANodeThatIsLostLaterIsNoNodeThatNeverServed) {
  Totals t = passed();
  t.counts.not_run = 1;
  t.obstacle = Obstacle{69, "node local was lost: why"};
  EXPECT_EQ(code(t), 69);
  t.started = true;
  EXPECT_EQ(code(t), 3);
  EXPECT_EQ(judge(t, false).word, "incomplete");
  EXPECT_EQ(judge(t, false).reason, "node local was lost: why");
  t.obstacle->code = 78;
  EXPECT_EQ(code(t), 78);
  t.counts.failed = 1;
  EXPECT_EQ(code(t), 1);
}

TEST(Verdict, OutOfTime) {
  Totals t;
  t.out_of_time = "the run's time (2 s, --run-timeout) was over";
  EXPECT_EQ(code(t), 3);
  EXPECT_EQ(judge(t, false).word, "incomplete");
  EXPECT_EQ(judge(t, false).reason, "the run's time (2 s, --run-timeout) was over before the tests were loaded");
  t.planned = t.started = true;
  t.files = 1;
  t.counts.not_run = 1;
  EXPECT_EQ(code(t), 3);
  EXPECT_EQ(judge(t, false).reason, "the run's time (2 s, --run-timeout) was over: give the run more, or end what "
                                    "hangs sooner with --timeout");
  t.counts.failed = 1;
  EXPECT_NE(judge(t, false).reason.find("--run-timeout"), std::string::npos);
  t.counts = {};
  EXPECT_EQ(judge(t, false).reason.find("--run-timeout"), std::string::npos);  // everything had ended in time
  EXPECT_EQ(code(t), 0);
}

TEST(Verdict, ZeroExamplesBecauseAllWereFilteredIsNoFailure) {
  Totals t = passed();
  t.counts = {};
  EXPECT_EQ(judge(t, false).reason, "no example ran: the files have none, or all were filtered out");
  EXPECT_EQ(code(t), 0);
}

TEST(Verdict, FlakyIsTheUsersChoice) {
  Totals t = passed();
  t.counts.flaky = 1;
  EXPECT_EQ(code(t), 0);
  EXPECT_EQ(code(t, true), 1);
  t.counts.flaky = 0;
  t.flaky_files = 1;
  EXPECT_EQ(code(t, true), 1);
}

TEST(Verdict, WithoutAPlanNoNodeServed) { EXPECT_EQ(code(Totals{}), 69); }

}  // namespace
}  // namespace dtest::collector
