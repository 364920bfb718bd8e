#include "report/failures.hpp"

#include <gtest/gtest.h>

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
}

TEST(RerunCommand, GetsShorterWithMoreFailures) {
  Failures failures;
  EXPECT_EQ(rerun_command(failures, 100), "");
  for (std::uint32_t i = 1; i < 4; ++i) {
    for (const char* path : {"b_spec.rb", "a file.rb"}) {
      Failure f = failure(0, path, i);
      failures.add(f);
    }
  }
  EXPECT_EQ(rerun_command(failures, 200),
            "dtest run 'a file.rb:1' 'a file.rb:2' 'a file.rb:3' b_spec.rb:1 b_spec.rb:2 b_spec.rb:3");
  EXPECT_EQ(rerun_command(failures, 40), "dtest run 'a file.rb' b_spec.rb");
  EXPECT_EQ(rerun_command(failures, 25), "dtest run 'a file.rb'   # and 1 more file");
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
