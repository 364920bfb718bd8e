#include "collector/timeleft.hpp"

#include <gtest/gtest.h>

namespace dtest::collector {
namespace {

TEST(TimeLeft, ListScheduling) {
  EXPECT_DOUBLE_EQ(*about_left({{{1, 4}}, {2, 2}, 0, 2}), 4);
}

TEST(TimeLeft, UnknownFilesCountAsTheMean) {
  EXPECT_DOUBLE_EQ(*about_left({{}, {3, 3}, 1, 1}), 9);
  EXPECT_FALSE(about_left({{}, {3}, 2, 1}));
}

TEST(TimeLeft, NothingLeftAndNobodyThere) {
  EXPECT_DOUBLE_EQ(*about_left({{}, {}, 0, 2}), 0);
  EXPECT_FALSE(about_left({{}, {3}, 0, 0}));
}

TEST(TimeLeft, ManyFilesGetTheLowerBound) {
  EXPECT_DOUBLE_EQ(*about_left({{}, std::vector<double>(20000, 1), 0, 10}), 2000);
}

}  // namespace
}  // namespace dtest::collector
