#include "report/failures.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace dtest::report {
namespace {

Failure failure(std::uint32_t number, const std::string& path, std::uint32_t line, std::uint32_t attempt = 1) {
  Failure f{number, "FAIL", path, line, "name"};
  f.attempt = attempt;
  return f;
}

TEST(Failures, KeepTheirNumbersAndFillInMissingOnes) {
  Failures failures;
  Failure a = failure(3, "b", 1);
  Failure b = failure(0, "a", 1);
  Failure c = failure(3, "c", 1);
  for (Failure* f : {&a, &b, &c}) failures.add(*f);
  EXPECT_EQ(a.number, 3U);
  EXPECT_EQ(b.number, 4U);
  EXPECT_EQ(c.number, 5U) << "a number is given once";
  EXPECT_EQ(failures.sorted().front().path, "a");
}

TEST(Failures, AVoidAttemptTakesItsFailuresAway) {
  Failures failures;
  Failure a = failure(1, "a", 1, 1);
  Failure b = failure(2, "a", 1, 2);
  failures.add(a);
  failures.add(b);
  EXPECT_EQ(failures.remove({"a", 1, {}, "crashed"}), std::vector<std::uint32_t>{1});
  EXPECT_EQ(failures.size(), 1U);
  EXPECT_FALSE(failures.has("b"));
  EXPECT_TRUE(failures.has("a"));
  EXPECT_FALSE(failures.counts(1));
  EXPECT_TRUE(failures.counts(2));
}

TEST(FailureList, TellsAFailureOnce) {
  Failures failures;
  for (std::uint32_t i = 1; i < 6; ++i) {
    Failure f = failure(0, "a_spec.rb", i);
    f.exceptions.resize(1);
    f.exceptions[0].type = "RuntimeError";
    failures.add(f);
  }
  Look look;
  const Lines lines = failure_list(failures, 20, look);
  EXPECT_EQ(std::count_if(lines.begin(), lines.end(), [](const std::string& l) { return l.find(":3") != l.npos; }), 1);
}

// Which node they were on tells something only of several files.
TEST(FailureList, NamesTheNodeThatFailedSeveralFiles) {
  const auto head = [](std::uint32_t files, bool elsewhere) {
    Failures failures;
    for (std::uint32_t i = 0; i < 6; ++i) {
      Failure f = failure(0, "spec/" + std::to_string(i % files), i + 1);
      f.place.node = elsewhere && i == 5 ? "b" : "a";
      f.exceptions.resize(1);
      f.exceptions[0].type = "RuntimeError";
      failures.add(f);
    }
    Look look;
    look.single_node = false;
    return failure_list(failures, 20, look).front();
  };
  EXPECT_EQ(head(1, false), "  6 failures share:");
  EXPECT_EQ(head(2, false), "  6 failures share:");
  EXPECT_EQ(head(3, false), "  6 failures share, all on a:");
  EXPECT_EQ(head(3, true), "  6 failures share:");
}

TEST(RerunCommand, NamesWhatTheCommandsOfTheFailuresName) {
  const collector::Manner manner{{"-I", "lib"}, {"--warnings"}};
  Failures failures;
  Failure first = failure(1, "a_spec.rb", 2);
  first.rerun = {"dtest", "run", "-I", "lib", "./a_spec.rb[1:1]", "--", "--warnings"};
  Failure second = failure(2, "b_spec.rb", 3);
  for (Failure* one : {&first, &second}) failures.add(*one);
  EXPECT_EQ(rerun_command(failures, manner, 100), "dtest run -I lib './a_spec.rb[1:1]' b_spec.rb:3 -- --warnings");
}

TEST(RerunCommand, GetsShorterWithMoreFailures) {
  Failures failures;
  EXPECT_EQ(rerun_command(failures, {}, 100), "");
  for (std::uint32_t i = 1; i < 4; ++i) {
    for (const char* path : {"b_spec.rb", "a file.rb"}) {
      Failure f = failure(0, path, i);
      failures.add(f);
    }
  }
  EXPECT_EQ(rerun_command(failures, {}, 200),
            "dtest run 'a file.rb:1' 'a file.rb:2' 'a file.rb:3' b_spec.rb:1 b_spec.rb:2 b_spec.rb:3");
  EXPECT_EQ(rerun_command(failures, {}, 40), "dtest run 'a file.rb' b_spec.rb");
  EXPECT_EQ(rerun_command(failures, {}, 25), "dtest run 'a file.rb'   # and 1 more file");
  const collector::Manner manner{{"-I", "my lib"}, {"--warnings"}};
  EXPECT_EQ(rerun_command(failures, manner, 70), "dtest run -I 'my lib' 'a file.rb' b_spec.rb -- --warnings");
}

TEST(ProjectLines, LeavesGemsAndRubyOut) {
  Look look;
  look.project_dir = "/p";
  look.backtrace_lines = 2;
  EXPECT_EQ(project_lines({"/gems/x.rb:1", "/p/app/a.rb:2", "<internal:kernel>:1", "./lib/b.rb:3", "lib/c.rb:4"}, look),
            (Lines{"app/a.rb:2", "lib/b.rb:3"}));
  EXPECT_EQ(project_lines({"/gems/x.rb:1", "/gems/y.rb:1", "/z:1"}, look), (Lines{"/gems/x.rb:1", "/gems/y.rb:1"}))
      << "better than nothing";
}

}  // namespace
}  // namespace dtest::report
