#include "collector/collector.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "script.hpp"

namespace dtest::collector {
namespace {

using master::Decision;
using protocol::Outcome;

TEST(Collector, TellsAPassingRunInOrder) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.pass(0, 2);
  RunEnd end = s.finish();
  EXPECT_EQ(s.recorder.kinds(),
            (std::vector<std::string>{"run.start", "node.join", "run.plan", "runner.start", "runner.ready",
                                      "runner.start", "runner.ready", "file.start", "test.end", "test.end", "file.end",
                                      "run.end"}));
  EXPECT_EQ(end.verdict, "passed");
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.files, 1U);
  EXPECT_TRUE(s.collector.complete());
}

TEST(Collector, NumbersWithoutGapsAndMarksTheLast) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.now = 2.5;
  s.pass(0, 1);
  s.finish();
  s.collector.note("info", "too late", "", at(9));
  s.finish();
  const auto& events = s.recorder.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].seq, i + 1);
    EXPECT_EQ(events[i].last, i + 1 == events.size());
  }
  EXPECT_EQ(events.back().ts.us, 1'002'500'000);
  EXPECT_DOUBLE_EQ(events.back().elapsed, 2.5);
  EXPECT_EQ(s.collector.last_seq(), events.size());
}

TEST(Collector, TheTwoClocksMayDriftApart) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.collector.set_time(at(10), {5'000'000'000});
  s.collector.note("info", "x", "", at(11));
  EXPECT_EQ(s.recorder.events.back().ts.us, 5'001'000'000);
  EXPECT_EQ(s.notices().size(), 1U) << "ahead it may jump";
  s.collector.set_time(at(12), {5'001'900'000});
  EXPECT_EQ(s.notices().size(), 1U) << "nobody has set it";
  s.collector.set_time(at(13), {5'000'000});
  EXPECT_EQ(s.notices().back(), "the clock of this machine was set back by 1h23m; no time that is measured is of it");
  EXPECT_EQ(s.recorder.events.back().ts.us, 5'000'000);
  EXPECT_DOUBLE_EQ(s.recorder.events.back().elapsed, 13);
  s.finish();
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

TEST(Collector, ThePlanCarriesWhatTheFrameworkSaid) {
  Script s;
  s.up({"spec/a_spec.rb", "spec/b_spec.rb"});
  RunPlan plan = s.recorder.of<RunPlan>().at(0);
  EXPECT_EQ(plan.framework, "rspec");
  EXPECT_EQ(plan.framework_version, "3.13.0");
  EXPECT_EQ(plan.seed, 42);
  ASSERT_EQ(plan.files.size(), 2U);
  EXPECT_EQ(plan.files[1].path, "spec/b_spec.rb");
}

TEST(Collector, SeveralFrameworksAreJoined) {
  Script s;
  s.collector.begin(at(0));
  protocol::Plan plan;
  plan.framework = {"rspec", "3.12.0", "minitest", "5.17.0"};
  s.collector.on_plan("n1", plan, at(0));
  s.collector.announce_plan({}, at(0));
  EXPECT_EQ(s.recorder.of<RunPlan>().at(0).framework, "rspec+minitest");
  EXPECT_EQ(s.recorder.of<RunPlan>().at(0).framework_version, "3.12.0+5.17.0");
}

TEST(Collector, ASnapshotHasWhatWasToldSoFar) {
  Settings settings;
  settings.start.project = "shop";
  Script s(settings);
  EXPECT_FALSE(s.collector.snapshot(at(0)).progress.left_secs) << "nothing is planned";
  s.up({"spec/a_spec.rb", "spec/b_spec.rb"});
  s.pass(0, 1);
  s.start(1);
  s.list(1, {1, 2});
  s.verdict(1, 1, "failed");
  const std::size_t told = s.recorder.events.size();
  const StreamSnapshot state = s.collector.snapshot(at(3));
  EXPECT_EQ(s.recorder.events.size(), told) << "it is no event of the run";
  EXPECT_EQ(state.start.project, "shop");
  EXPECT_EQ(state.framework, "rspec");
  EXPECT_EQ(state.seed, 42);
  EXPECT_EQ(state.nodes, std::vector<std::string>{"n1"});
  EXPECT_EQ(state.failures, 1U);
  EXPECT_EQ(state.progress.counts.passed, 1U);
  EXPECT_EQ(state.progress.files_done, 1U);
  EXPECT_EQ(state.progress.files_total, 2U);
  ASSERT_EQ(state.progress.running.size(), 1U);
  EXPECT_EQ(state.progress.running[0].path, "spec/b_spec.rb");
}

TEST(Collector, AFailureHasANumberAndARerunCommand) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1, "failed");
  s.verdict(0, 2, "pending");
  s.over(0);
  TestEnd failed = s.recorder.of<TestEnd>().at(0);
  EXPECT_EQ(failed.failure, 1U);
  EXPECT_EQ(failed.rerun, (std::vector<std::string>{"dtest", "run", "spec/a_spec.rb:10"}));
  EXPECT_EQ(failed.uid.size(), 16U);
  EXPECT_EQ(failed.place.runner, 1U);
  EXPECT_EQ(s.recorder.of<TestEnd>().at(1).failure, 0U);
  RunEnd end = s.finish();
  EXPECT_EQ(end.verdict, "failed");
  EXPECT_EQ(end.exit_code, 1);
}

// Found by the fuzzer: an attempt of no item was told as one of item 0.
TEST(Collector, AnErrorWithHalfANameIsNobodys) {
  Script s;
  s.up({"a"});
  protocol::OutsideError attempt_only, item_only;
  attempt_only.attempt = base::Attempt(1);
  item_only.item = base::ItemId(0);
  for (const auto& error : {attempt_only, item_only}) s.collector.on_report("n1", error, at(s.now));
  s.pass(0, 1);
  for (const TestError& event : s.recorder.of<TestError>()) {
    EXPECT_EQ(event.attempt, 0U);
    EXPECT_EQ(event.path, "");
  }
  EXPECT_EQ(s.finish().errors_outside, 2U);
  EXPECT_EQ(s.violations(), (std::vector<std::string>{}));
}

TEST(Collector, OneNumberingForAllFailures) {
  Script s;
  s.up({"a", "b", "c"});
  s.start(0);
  s.list(0, {1});
  s.verdict(0, 1, "failed");
  s.outside(0);
  s.over(0);
  s.start(1);
  s.over(1, {.outcome = Outcome::load_error, .why = "SyntaxError"});
  s.start(2);
  s.over(2, {.outcome = Outcome::crashed, .why = "SIGSEGV"});
  EXPECT_EQ(s.recorder.of<TestEnd>().at(0).failure, 1U);
  EXPECT_EQ(s.recorder.of<TestError>().at(0).failure, 2U);
  EXPECT_EQ(s.recorder.of<FileLoadError>().at(0).failure, 3U);
  FileEnd crashed = s.recorder.of<FileEnd>().at(2);
  EXPECT_EQ(crashed.failure, 4U);
  EXPECT_EQ(crashed.status, Status::crashed);
  EXPECT_EQ(crashed.reason, "SIGSEGV");
  EXPECT_EQ(s.recorder.of<FileEnd>().at(1).failure, 0U);
  EXPECT_EQ(s.collector.failures(), 4U);
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.errors_outside, 1U);
  EXPECT_EQ(end.counts.error, 1U);
  EXPECT_EQ(end.counts.crashed, 1U);
}

TEST(Collector, ACrashNamesTheRunningExampleAndListsTheRest) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.start(0);
  s.list(0, {1, 2, 3});
  s.verdict(0, 1);
  s.over(0, {.outcome = Outcome::crashed, .running = 2, .why = "SIGSEGV"});
  TestEnd crashed = s.recorder.of<TestEnd>().at(1);
  EXPECT_EQ(crashed.id, s.id(0, 2));
  EXPECT_EQ(crashed.status, Status::crashed);
  EXPECT_EQ(crashed.reason, "SIGSEGV");
  EXPECT_EQ(crashed.output.bytes, "last words");
  EXPECT_EQ(crashed.failure, 1U);
  EXPECT_EQ(s.recorder.of<FileEnd>().at(0).failure, 0U);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.passed, 1U);
  ASSERT_EQ(end.not_run.size(), 1U);
  EXPECT_EQ(end.not_run[0].id, s.id(0, 3));
  EXPECT_EQ(end.exit_code, 1);
}

TEST(Collector, WhatPassesAfterACrashIsFlaky) {
  Script s;
  s.up({"spec/a_spec.rb"});
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1);
  s.over(0, {.outcome = Outcome::crashed, .running = 2, .decision = Decision::repeated, .why = "SIGSEGV"});
  EXPECT_EQ(s.collector.counts().passed, 0U);
  s.pass(0, 2, 2);
  FileRequeue requeue = s.recorder.of<FileRequeue>().at(0);
  EXPECT_EQ(requeue.reason, "SIGSEGV");
  EXPECT_TRUE(requeue.again);
  EXPECT_TRUE(s.recorder.of<FileEnd>().at(0).flaky);
  std::vector<TestEnd> tests = s.recorder.of<TestEnd>();
  ASSERT_EQ(tests.size(), 3U);
  EXPECT_FALSE(tests[1].flaky);
  EXPECT_TRUE(tests[2].flaky);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.flaky, 1U);
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.exit_code, 0);
}

TEST(Collector, FlakyMayFail) {
  Settings settings;
  settings.flaky_fails = true;
  Script s(settings);
  s.up({"a"});
  s.start(0);
  s.over(0, {.outcome = Outcome::crashed, .decision = Decision::repeated});
  s.pass(0, 1, 2);
  EXPECT_EQ(s.finish().exit_code, 1);
}

TEST(Collector, DistrustsWhatWasNotAnnounced) {
  Script s;
  s.up({"a"});
  s.start(0);
  s.list(0, {1, 1, 2});
  s.verdict(0, 1);
  s.verdict(0, 1, "failed");
  s.verdict(0, 9);
  s.over(0);
  s.verdict(0, 2);
  std::vector<std::string> notices = s.notices();
  ASSERT_EQ(notices.size(), 4U);
  EXPECT_NE(notices[0].find("announced twice"), std::string::npos);
  EXPECT_NE(notices[1].find("second verdict"), std::string::npos);
  EXPECT_NE(notices[2].find("was not announced"), std::string::npos);
  EXPECT_NE(notices[3].find("came late"), std::string::npos);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.passed, 2U);
  EXPECT_EQ(end.counts.error, 1U);  // 2: announced, no verdict
  EXPECT_EQ(s.recorder.of<TestEnd>().back().reason, "announced, but no verdict came");
}

TEST(Collector, ProgressAtMostTwiceASecond) {
  Script s;
  s.up({"a", "b", "c"}, 4);
  s.start(0);
  for (int i = 0; i < 21; ++i) s.collector.tick(at(i * 0.1));
  std::vector<RunProgress> progress = s.recorder.of<RunProgress>();
  EXPECT_EQ(progress.size(), 5U);
  EXPECT_EQ(progress[0].files_total, 3U);
  ASSERT_EQ(progress[4].running.size(), 1U);
  EXPECT_DOUBLE_EQ(progress[4].running[0].secs, 2);
  EXPECT_DOUBLE_EQ(*progress[4].left_secs, 6);  // 2 left and 4 on one, 4 on the other
}

TEST(Collector, CancelTellsWhatRunsAndWhatWasNotRun) {
  Script s;
  s.up({"a", "b", "c"});
  s.start(0);
  s.list(0, {1});
  s.verdict(0, 1, "failed");
  s.collector.cancel("interrupt", at(1));
  s.collector.cancel("term", at(1));
  s.over(2, {.outcome = Outcome::returned, .decision = Decision::abandoned});
  s.collector.kill("interrupt", at(2));
  s.over(0, {.outcome = Outcome::stopped, .decision = Decision::abandoned, .why = "cut off"});
  s.start(1);
  Ending ending;
  ending.interrupted = 130;
  RunEnd end = s.finish(ending);
  EXPECT_EQ(s.recorder.of<RunCancel>().size(), 1U);
  EXPECT_EQ(s.recorder.of<RunKill>().at(0).running, 1U);
  std::vector<FileRequeue> void_ones = s.recorder.of<FileRequeue>();
  ASSERT_EQ(void_ones.size(), 2U);
  EXPECT_FALSE(void_ones[0].again);
  EXPECT_FALSE(void_ones[1].again);
  ASSERT_EQ(end.not_run.size(), 3U);
  EXPECT_EQ(end.not_run[0].reason, "cut off before its end: the run was interrupted");
  EXPECT_EQ(end.not_run[1].reason, "the run was interrupted");
  EXPECT_EQ(end.not_run[2].reason, "the run was interrupted") << "wherever it waited";
  EXPECT_EQ(end.verdict, "cancelled");
  EXPECT_EQ(end.exit_code, 130);
  EXPECT_EQ(end.counts.failed, 1U);
}

TEST(Collector, WhatRanWhenTheTimeWasOverIsNamed) {
  Settings settings;
  settings.run_timeout = base::from_seconds(2);
  Script s(settings);
  s.up({"a", "b"});
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1);
  s.collector.cancel("timeout", at(2));
  s.collector.kill("timeout", at(12));
  s.over(0, {.outcome = Outcome::stopped, .running = 2, .decision = Decision::abandoned, .why = "SIGTERM"});
  RunEnd end = s.finish();
  ASSERT_EQ(end.not_run.size(), 2U);
  EXPECT_EQ(end.not_run[0].reason, "name 2 (a:20) was running when the run's time (2 s, --run-timeout) was over");
  EXPECT_EQ(end.not_run[1].reason, "the run's time (2 s, --run-timeout) was over");
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.reason, "the run's time (2 s, --run-timeout) was over: give the run more, or end what hangs sooner "
                        "with --timeout");
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

// Every file has its verdict by then: what was still to come might have failed the run.
TEST(Collector, TheTimeWasOverInAnExitHandler) {
  for (const char* reason : {"timeout", "interrupt"}) {
    const bool timeout = std::string_view(reason) == "timeout";
    Script s;
    s.up({"a"});
    s.pass(0, 1);
    s.collector.kill(reason, at(12));
    RunEnd end = s.finish();
    EXPECT_EQ(end.errors_outside, timeout ? 1U : 0U);
    EXPECT_EQ(end.exit_code, timeout ? 1 : 0);
    EXPECT_EQ(s.violations(), std::vector<std::string>{});
  }
}

TEST(Collector, TheTimeWasOverBeforeThePlan) {
  Script s;
  s.collector.set_time(at(0), {1'000'000'000});
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  s.collector.cancel("timeout", at(2));
  s.collector.on_node_gone("n1", "", 0, true, at(3));
  RunEnd end = s.finish();
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.reason, "the run's time (--run-timeout) was over before the tests were loaded");
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

TEST(Collector, ANodeThatIsLostInMidRun) {
  Script s;
  s.up({"a", "b"});
  s.pass(0, 1);
  Ending ending;
  ending.obstacle = Obstacle{69, "node n1 was lost: why"};
  RunEnd end = s.finish(ending);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_EQ(end.verdict, "incomplete");
  EXPECT_EQ(end.reason, "node n1 was lost: why");
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

TEST(Collector, AStoppedAttemptMayBeAccepted) {
  Script s;
  s.up({"a"});
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1, "failed");
  s.collector.cancel("fail_fast", at(1));
  s.over(0, {.outcome = Outcome::stopped, .why = "stopped after a failure"});
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.failed, 1U);
  EXPECT_EQ(end.counts.not_run, 1U);
  EXPECT_EQ(end.exit_code, 1);
}

TEST(Collector, ASplitFileEndsOnce) {
  Script s;
  s.up({"a"});
  s.collector.add_item(base::ItemId(1), "a");
  s.paths = {"a", "a"};
  s.start(0);
  s.list(0, {1});
  s.verdict(0, 1, "failed");
  s.over(0);
  EXPECT_TRUE(s.recorder.of<FileEnd>().empty());
  EXPECT_FALSE(s.collector.complete());
  s.start(1, 1, 2);
  s.list(1, {2});
  s.verdict(1, 2);
  s.over(1);
  FileEnd file = s.recorder.of<FileEnd>().at(0);
  EXPECT_EQ(file.status, Status::failed);
  EXPECT_EQ(file.counts.total(), 2U);
  EXPECT_DOUBLE_EQ(file.secs, 2);
  EXPECT_EQ(s.finish().exit_code, 1);
}

TEST(Collector, ALateAttemptVoidsTheOpenOne) {
  Script s;
  s.up({"a"});
  s.start(0);
  s.list(0, {1});
  s.verdict(0, 1, "failed");
  s.pass(0, 1, 2);
  s.over(0, {.attempt = 1});
  EXPECT_EQ(s.recorder.of<FileRequeue>().size(), 1U);
  RunEnd end = s.finish();
  EXPECT_EQ(end.counts.passed, 1U);
  EXPECT_EQ(end.counts.failed, 0U);
  EXPECT_EQ(end.exit_code, 0);
}

TEST(Collector, WithoutAPlanTheBootsFailureIsTheVerdict) {
  Script s;
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  protocol::BootFailed failed;
  failed.why = "there is no Ruby";
  failed.code = 78;
  s.collector.on_report("n1", failed, at(1));
  RunEnd end = s.finish();
  EXPECT_EQ(end.verdict, "error");
  EXPECT_EQ(end.exit_code, 78);
  EXPECT_EQ(end.reason, "there is no Ruby");
}

TEST(Collector, TheBootsFailureGoesBeforeTheLossOfItsNode) {
  Script s;
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  protocol::BootFailed failed;
  failed.why = "cannot connect\n  # spec/spec_helper.rb:1";
  failed.code = 1;
  s.collector.on_report("n1", failed, at(1));
  Ending ending;
  ending.obstacle = Obstacle{69, "it could not start"};
  RunEnd end = s.collector.finish(ending, at(2));
  EXPECT_EQ(end.exit_code, 1);
  EXPECT_EQ(end.reason, "cannot connect");
}

TEST(Collector, NothingMatched) {
  Script s;
  s.up({});
  RunEnd end = s.finish();
  EXPECT_EQ(end.verdict, "nothing");
  EXPECT_EQ(end.exit_code, 4);
}

}  // namespace
}  // namespace dtest::collector
