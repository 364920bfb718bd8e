#include "config/framework_args.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

using List = std::vector<std::string>;

TEST(CheckFrameworkArgs, RefusesWhatTheMasterOwns) {
  for (const List& args : {List{"-f", "doc"},
                           List{"-fd"},
                           List{"-cfd"},
                           List{"--format", "doc"},
                           List{"--format=doc"},
                           List{"--form", "d"},
                           List{"-o", "x"},
                           List{"-ox"},
                           List{"--out=x"},
                           List{"--drb"},
                           List{"-X"},
                           List{"--bisect"},
                           List{"--bisect=verbose"},
                           List{"--only-failures"},
                           List{"--next-failure"},
                           List{"--fail-fast"},
                           List{"--fail-fast=3"},
                           List{"--dry-run"},
                           List{"--init"},
                           List{"--version"},
                           List{"-h"},
                           List{"--tag", "slow", "--fail-fast"}}) {
    EXPECT_EQ(error_of([&] { check_framework_args(args); }).first, 64) << args.front();
  }
}

TEST(FrameworkArgs, ChoicesOfExamplesComeFirstInOneWordEach) {
  const std::vector<std::string> all{"--example=adds tax", "--example=-1 = 1", "--tag=~slow", "-n", "x"};
  EXPECT_EQ(framework_args({"adds tax", "-1 = 1"}, {"~slow"}, {"-n", "x"}), all);
  EXPECT_TRUE(framework_args({}, {}, {}).empty());
}

TEST(CheckFrameworkArgs, NamesOurs) {
  EXPECT_ERROR(64, "'-fd' cannot be given to the framework: use 'dtest run --format'", check_framework_args({"-fd"}));
  EXPECT_ERROR(64, "use 'dtest run --fail-fast'", check_framework_args({"--fail-fast"}));
  EXPECT_ERROR(64, "use 'dtest list'", check_framework_args({"--dry-run"}));
}

TEST(CheckFrameworkArgs, LeavesTheRestAlone) {
  for (const List& args : {List{}, List{"-b"}, List{"-e", "-f"}, List{"--example", "--format"}, List{"-t", "~slow"},
                           List{"--tag", "focus"}, List{"--order", "defined"}, List{"--seed", "5"}, List{"-w"},
                           List{"--force-color"}, List{"--no-fail-fast"}, List{"-Pspec/f*"}, List{"-rfoo"},
                           List{"-n", "/--format/"}, List{"--name", "--out"}, List{"-v"}}) {
    EXPECT_EQ(error_of([&] { check_framework_args(args); }).second, "");
  }
}

}  // namespace
}  // namespace dtest::config
