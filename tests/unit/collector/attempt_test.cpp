#include "collector/attempt.hpp"

#include <gtest/gtest.h>

namespace dtest::collector {
namespace {

using Took = AttemptAccount::Took;

TEST(Attempt, CountsEachAnnouncedExampleOnce) {
  AttemptAccount account;
  EXPECT_TRUE(account.announce({{"a", 1, "A"}, {"b", 1, "B"}}, true).empty());
  EXPECT_FALSE(account.list_complete());
  EXPECT_EQ(account.announce({{"b", 2, "B"}, {"c", 3, "C"}}, false), (std::vector<std::string>{"b"}));
  EXPECT_TRUE(account.list_complete());
  EXPECT_EQ(account.entries().size(), 3U);
  EXPECT_EQ(account.verdict({"a", 1, "A"}, Status::passed), Took::counted);
  EXPECT_EQ(account.verdict({"a", 1, "A"}, Status::failed), Took::repeated);
  EXPECT_EQ(account.verdict({"z", 9, "Z"}, Status::failed), Took::unannounced);
  EXPECT_EQ(account.counts().passed, 1U);
  EXPECT_EQ(account.counts().failed, 1U);
  EXPECT_EQ(account.find("a")->status, Status::passed);
  EXPECT_EQ(account.find("nobody"), nullptr);
}

TEST(Attempt, AVerdictMayComeBeforeItsList) {
  AttemptAccount account;
  EXPECT_EQ(account.verdict({"a", 1, "A"}, Status::passed), Took::unannounced);
  EXPECT_TRUE(account.announce({{"a", 1, "A"}}, false).empty());
  EXPECT_TRUE(account.find("a")->announced);
  EXPECT_EQ(account.entries().size(), 1U);
}

TEST(Attempt, KnowsSharedLines) {
  AttemptAccount account;
  account.announce({{"a", 1, "A"}, {"b", 1, "B"}, {"c", 3, "C"}}, false);
  EXPECT_FALSE(account.alone_on_line(1));
  EXPECT_TRUE(account.alone_on_line(3));
  EXPECT_TRUE(account.alone_on_line(99));
  AttemptAccount in_part(true);
  in_part.announce({{"a", 1, "A"}}, false);
  EXPECT_FALSE(in_part.alone_on_line(1)) << "the other one was not asked for";
}

TEST(Attempt, AnEmptyListIsAList) {
  AttemptAccount account;
  EXPECT_FALSE(account.listed());
  account.announce({}, false);
  EXPECT_TRUE(account.listed());
  EXPECT_TRUE(account.list_complete());
}

}  // namespace
}  // namespace dtest::collector
