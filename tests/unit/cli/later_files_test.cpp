#include "cli/later_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace dtest::cli {
namespace {

struct Later : testing::Test {
  Later() { ::setenv("TZ", "UTC", 1), ::tzset(); }
  LaterFiles files{1'795'449'601, "run.jsonl"};  // 2026-11-23 16:00:01 UTC
};

TEST_F(Later, WhatIsOlderIsNoMatter) {
  files.take("2026/11/23-16:00:01 lib/cart.rb\n2026/11/22-23:59:59 a b.rb\n");
  EXPECT_EQ(files.warning(), "");
}

TEST_F(Later, NeitherAreDirectoriesWhatIsDeletedAndWhatTheRunWrites) {
  files.take("2026/11/23-17:00:00 lib/\ndeleting lib/old.rb\n2026/11/23-17:00:00 run.jsonl\n\n");
  files.take("2027/01/01-00:00:00 no/end");
  EXPECT_EQ(files.warning(), "");
}

TEST_F(Later, OneIsNamedAndMoreAreCounted) {
  files.take("2026/11/23-16:00");
  files.take(":02 lib/cart.rb\n");
  EXPECT_TRUE(files.warning().starts_with("got lib/cart.rb as it was written since the run began: "))
      << files.warning();
  files.take("2026/11/24-00:00:00 lib/b.rb\n");
  EXPECT_TRUE(files.warning().starts_with("got 2 files as they were written since the run began (lib/cart.rb, ...): "))
      << files.warning();
}

}  // namespace
}  // namespace dtest::cli
