#include "cli/change_watch.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#include "support/temp_dir.hpp"

namespace dtest::cli {
namespace {

class ChangeWatchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"a", "b", "c"}) dir.put(name, "text");
    watch.plan(dir.path(), {"a", "b", "c"});
  }
  void end(const std::string& path) {
    collector::FileEnd event;
    event.path = path;
    watch.on_event({1, {}, 0, false, event});
  }
  support::TempDir dir;
  ChangeWatch watch;
};

TEST_F(ChangeWatchTest, NothingChanges) {
  end("a");
  EXPECT_TRUE(watch.look().empty());
  EXPECT_TRUE(watch.look_at_all().empty());
}

TEST_F(ChangeWatchTest, BeforeAndAfterTheVerdict) {
  dir.put("a", "other text");
  end("a");
  end("b");
  std::vector<collector::FileChanged> changes = watch.look();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].path, "a");
  EXPECT_EQ(changes[0].how, "changed");
  EXPECT_FALSE(changes[0].after_verdict);
  dir.put("b", "other text");
  ::unlink(dir.file("c").c_str());
  changes = watch.look_at_all();
  ASSERT_EQ(changes.size(), 2U) << "each is told once";
  EXPECT_EQ(changes[0].path, "b");
  EXPECT_TRUE(changes[0].after_verdict);
  EXPECT_EQ(changes[1].how, "removed");
  EXPECT_FALSE(changes[1].after_verdict);
}

TEST_F(ChangeWatchTest, TheSameTextIsNoChangeHoweverItCame) {
  dir.put("new", "text");
  ASSERT_EQ(std::rename(dir.file("new").c_str(), dir.file("a").c_str()), 0);
  dir.put("new", "next");
  ASSERT_EQ(std::rename(dir.file("new").c_str(), dir.file("b").c_str()), 0);
  std::vector<collector::FileChanged> changes = watch.look_at_all();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].path, "b");
}

TEST(ChangeWatch, OfLargePlansTheTextIsNotRead) {
  support::TempDir dir;
  dir.put("a", "text");
  std::vector<std::string> files{"a"};
  for (std::size_t i = 0; i < ChangeWatch::kMostFiles; ++i) files.push_back("none" + std::to_string(i));
  ChangeWatch watch;
  watch.plan(dir.path(), files);
  dir.put("new", "text");
  ASSERT_EQ(std::rename(dir.file("new").c_str(), dir.file("a").c_str()), 0);
  EXPECT_EQ(watch.look_at_all().size(), 1U);
}

}  // namespace
}  // namespace dtest::cli
