#include "system/remove_tree.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "support/temp_dir.hpp"

namespace dtest::system {
namespace {

class RemoveTree : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(::mkdir(tree.c_str(), 0700), 0);
    ASSERT_EQ(::mkdir(dir.file("outside").c_str(), 0700), 0);
    dir.put("outside/precious", "kept");
  }
  static bool exists(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
  }
  support::TempDir dir;
  std::string tree = dir.file("tree");
};

TEST_F(RemoveTree, RemovesFilesAndDirectories) {
  ASSERT_EQ(::mkdir((tree + "/a").c_str(), 0700), 0);
  ASSERT_EQ(::mkdir((tree + "/a/b").c_str(), 0700), 0);
  dir.put("tree/a/b/file", "x");
  dir.put("tree/.hidden", "x");
  EXPECT_TRUE(remove_tree(tree + "//"));
  EXPECT_FALSE(exists(tree));
  EXPECT_TRUE(remove_tree(tree));  // nothing left is success
}

TEST_F(RemoveTree, RemovesLinksNotWhatTheyShow) {
  ASSERT_EQ(::symlink(dir.file("outside").c_str(), (tree + "/out").c_str()), 0);
  ASSERT_EQ(::symlink("..", (tree + "/up").c_str()), 0);
  ASSERT_EQ(::symlink("nowhere", (tree + "/dangling").c_str()), 0);
  EXPECT_TRUE(remove_tree(tree));
  EXPECT_EQ(dir.get("outside/precious"), "kept");
}

TEST_F(RemoveTree, ALinkAsTheTreeIsItselfRemoved) {
  ASSERT_EQ(::symlink(dir.file("outside").c_str(), (tree + "/link").c_str()), 0);
  EXPECT_TRUE(remove_tree(tree + "/link"));
  EXPECT_EQ(dir.get("outside/precious"), "kept");
}

TEST_F(RemoveTree, OpensClosedDirectories) {
  ASSERT_EQ(::mkdir((tree + "/closed").c_str(), 0700), 0);
  dir.put("tree/closed/file", "x");
  ASSERT_EQ(::chmod((tree + "/closed").c_str(), 0), 0);
  ASSERT_EQ(::chmod(tree.c_str(), 0500), 0);
  if (::geteuid() != 0) {
    EXPECT_TRUE(remove_tree(tree));
  } else {  // root may do everything: let a child try as nobody
    ASSERT_EQ(::chown(tree.c_str(), 65534, 65534) | ::chown((tree + "/closed").c_str(), 65534, 65534), 0);
    ASSERT_EQ(::chown(dir.path().c_str(), 65534, 65534), 0);
    const pid_t child = ::fork();
    if (child == 0) ::_exit(::setgid(65534) == 0 && ::setuid(65534) == 0 && remove_tree(tree) ? 0 : 1);
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_FALSE(exists(tree));
}

TEST_F(RemoveTree, LeavesWhatSomebodyHolds) {
  UniqueFd held = hold_directory(tree);
  ASSERT_TRUE(held);
  EXPECT_FALSE(hold_directory(tree));
  EXPECT_TRUE(remove_unheld_tree(tree));
  EXPECT_TRUE(exists(tree));
  held.reset();
  EXPECT_TRUE(remove_unheld_tree(tree));
  EXPECT_FALSE(exists(tree));
  EXPECT_TRUE(remove_unheld_tree(tree)) << "it is gone already";
}

TEST_F(RemoveTree, RefusesDangerousPaths) {
  EXPECT_FALSE(remove_tree(""));
  EXPECT_FALSE(remove_tree("/"));
  EXPECT_FALSE(remove_tree("//"));
  EXPECT_FALSE(remove_tree("relative/path"));
}

TEST_F(RemoveTree, SurvivesSomebodyWhoWrites) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; !stop && i < 200'000; ++i) dir.put("tree/file" + std::to_string(i % 50), "x");
  });
  bool gone = false;
  for (int i = 0; i < 1000 && !gone; ++i) gone = remove_tree(tree);
  stop = true;
  writer.join();
  EXPECT_TRUE(gone);
  EXPECT_FALSE(exists(tree));
  EXPECT_EQ(dir.get("outside/precious"), "kept");
}

TEST_F(RemoveTree, GivesUpOnAbsurdDepthWithoutHarm) {
  std::string path = tree;
  for (int i = 0; i < 300 && ::mkdir((path + "/d").c_str(), 0700) == 0; ++i) path += "/d";
  EXPECT_FALSE(remove_tree(tree));
  while (path != dir.path() && ::rmdir(path.c_str()) == 0) path.resize(path.rfind('/'));
}

}  // namespace
}  // namespace dtest::system
