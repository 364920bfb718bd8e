#include "system/locked_tree.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::system {
namespace {

namespace fs = std::filesystem;

constexpr long long kNow = 2'000'000'000;
constexpr base::Duration kDay = std::chrono::hours(24);

void used_at(const std::string& tree, long long when) {
  timeval times[2] = {{when, 0}, {when, 0}};
  ASSERT_EQ(::utimes((tree + ".lock").c_str(), times), 0);
}

std::string leave(const std::string& parent, long long when, std::size_t bytes) {
  std::string path = LockedTree::take(parent, 9).path();
  std::ofstream(path + "/file") << std::string(bytes, 'x');
  used_at(path, when);
  return path;
}

TEST(LockedTree, IsNobodyElses) {
  support::TempDir dir;
  LockedTree first = LockedTree::take(dir.file("a/b"), 2);
  EXPECT_EQ(first.path(), dir.file("a/b/1"));
  {
    LockedTree second = LockedTree::take(dir.file("a/b"), 2);
    EXPECT_EQ(second.number(), 2U);
    EXPECT_THROW(LockedTree::take(dir.file("a/b"), 2), base::Error);
  }
  EXPECT_EQ(LockedTree::take(dir.file("a/b"), 2).number(), 2U) << "it is free again";
  struct stat info {};
  ASSERT_EQ(::stat(first.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST(LockedTree, KeepsItsContentForTheNext) {
  support::TempDir dir;
  std::string path = leave(dir.file("a"), kNow, 3);
  EXPECT_EQ(LockedTree::take(dir.file("a"), 2).path(), path);
  EXPECT_EQ(fs::file_size(path + "/file"), 3U);
}

TEST(LockedTree, APlaceThatOthersMayEnterIsRefused) {
  support::TempDir dir;
  fs::create_directory(dir.file("open"));
  ::chmod(dir.file("open").c_str(), 0755);
  EXPECT_THROW(LockedTree::take(dir.file("open"), 2), base::Error);
  fs::create_symlink(dir.file("open"), dir.file("link"));
  EXPECT_THROW(LockedTree::take(dir.file("link"), 2), base::Error);
}

TEST(LockedTree, OldOnesGoUnlessSomebodyHasThem) {
  support::TempDir dir;
  fs::create_directory(dir.file("root"));
  std::string old = leave(dir.file("root/anna/shop"), kNow - 100'000, 10);
  std::string held = leave(dir.file("root/ben/shop"), kNow - 100'000, 10);
  std::string fresh = leave(dir.file("root/cem/shop"), kNow - 100, 10);
  LockedTree holder = LockedTree::take(dir.file("root/ben/shop"), 9);
  used_at(held, kNow - 100'000);
  EXPECT_EQ(remove_old_trees(dir.file("root"), {kDay, 1U << 30U}, kNow), std::vector<std::string>{old});
  EXPECT_FALSE(fs::exists(dir.file("root/anna")));
  EXPECT_TRUE(fs::exists(held + "/file"));
  EXPECT_TRUE(fs::exists(fresh + "/file"));
}

TEST(LockedTree, BeyondTheRoomThoseGoThatWereUsedLongestAgo) {
  support::TempDir dir;
  fs::create_directory(dir.file("root"));
  std::string a = leave(dir.file("root/a"), kNow - 300, 300'000);
  std::string b = leave(dir.file("root/b"), kNow - 200, 300'000);
  std::string c = leave(dir.file("root/c"), kNow - 100, 300'000);
  EXPECT_EQ(remove_old_trees(dir.file("root"), {kDay, 700'000}, kNow), std::vector<std::string>{a});
  EXPECT_TRUE(fs::exists(b));
  EXPECT_TRUE(fs::exists(c));
}

// What a project has in its tree is not taken for a tree of ours.
TEST(LockedTree, FilesOfAProjectThatLookLikeLocksAreLeftAlone) {
  support::TempDir dir;
  fs::create_directory(dir.file("root"));
  std::string path = leave(dir.file("root/a"), kNow - 100, 10);
  fs::create_directory(path + "/vendor");
  std::ofstream(path + "/vendor.lock") << "x";
  timeval times[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimes((path + "/vendor.lock").c_str(), times), 0);
  EXPECT_TRUE(remove_old_trees(dir.file("root"), {kDay, 1U << 30U}, kNow).empty());
  EXPECT_TRUE(fs::exists(path + "/vendor"));
}

TEST(LockedTree, AreSweptNowAndThen) {
  support::TempDir dir;
  fs::create_directory(dir.file("root"));
  std::string old = leave(dir.file("root/a"), 1'000'000'000, 10);
  sweep_trees(dir.file("root"), {kDay, 1U << 30U});
  EXPECT_FALSE(fs::exists(old));
  std::string next = leave(dir.file("root/b"), 1'000'000'000, 10);
  sweep_trees(dir.file("root"), {kDay, 1U << 30U});
  EXPECT_TRUE(fs::exists(next)) << "a moment ago somebody did";
}

}  // namespace
}  // namespace dtest::system
