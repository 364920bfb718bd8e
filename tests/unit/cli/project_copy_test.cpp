#include "cli/project_copy.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::cli {
namespace {

namespace fs = std::filesystem;

class ProjectCopyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir.file("shop/spec"));
    fs::create_directories(dir.file("shop/log"));
    dir.put("shop/spec/a_spec.rb", "one");
    dir.put("shop/log/test.log", "long");
  }
  ProjectCopy copy(const std::vector<std::string>& excludes = {}) {
    return {dir.file("shop"), dir.file("cache"), excludes, [](int, base::Duration) {}};
  }
  std::string in(const ProjectCopy& copy, const std::string& path) {
    return copy.path().substr(dir.path().size() + 1) + "/" + path;
  }
  std::string copies() { return dir.file("cache/distributest/copies"); }
  std::size_t trees() {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(copies()))
      if (entry.path().extension() == ".lock") ++count;
    return count;
  }

  support::TempDir dir;
};

TEST_F(ProjectCopyTest, IsLikeTheProjectAndPrivate) {
  ::chmod(dir.file("shop/spec/a_spec.rb").c_str(), 0750);
  fs::create_symlink("a_spec.rb", dir.file("shop/spec/link"));
  dir.put("beside", "outside");
  fs::create_symlink("../../beside", dir.file("shop/spec/out"));
  fs::create_symlink("nothing", dir.file("shop/spec/dangling"));
  ProjectCopy made = copy();
  EXPECT_EQ(fs::path(made.path()).filename(), "shop");
  EXPECT_EQ(dir.get(in(made, "spec/a_spec.rb")), "one");
  struct stat info {}, original {};
  ASSERT_EQ(::stat((made.path() + "/spec/a_spec.rb").c_str(), &info), 0);
  ASSERT_EQ(::stat(dir.file("shop/spec/a_spec.rb").c_str(), &original), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0750U);
  EXPECT_EQ(info.st_mtime, original.st_mtime);
  EXPECT_EQ(fs::read_symlink(made.path() + "/spec/link"), "a_spec.rb");
  EXPECT_FALSE(fs::is_symlink(made.path() + "/spec/out"));
  EXPECT_EQ(dir.get(in(made, "spec/out")), "outside");
  ASSERT_EQ(::stat(copies().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  EXPECT_FALSE(fs::exists(made.path() + "/log/test.log"));
  EXPECT_TRUE(fs::exists(made.path() + "/log"));
}

TEST_F(ProjectCopyTest, IsUsedAgainAndBroughtUpToDate) {
  std::string first;
  {
    ProjectCopy made = copy();
    first = made.path();
    dir.put(in(made, "spec/a_spec.rb"), "written by a test");
    dir.put(in(made, "left"), "by a test");
    dir.put(in(made, "log/test.log"), "of the copy");
  }
  dir.put("shop/spec/b_spec.rb", "two");
  ProjectCopy made = copy();
  EXPECT_EQ(made.path(), first);
  EXPECT_EQ(dir.get(in(made, "spec/a_spec.rb")), "one");
  EXPECT_EQ(dir.get(in(made, "spec/b_spec.rb")), "two");
  EXPECT_FALSE(fs::exists(made.path() + "/left"));
  EXPECT_EQ(dir.get(in(made, "log/test.log")), "of the copy");
}

TEST_F(ProjectCopyTest, IsAnotherOneForEachRun) {
  ProjectCopy one = copy();
  ProjectCopy two = copy();
  EXPECT_NE(one.path(), two.path());
  EXPECT_EQ(dir.get(in(two, "spec/a_spec.rb")), "one");
}

TEST_F(ProjectCopyTest, LeavesOutWhatIsSaidInsteadOfTheUsual) {
  ProjectCopy made = copy({"/spec/"});
  EXPECT_FALSE(fs::exists(made.path() + "/spec"));
  EXPECT_EQ(dir.get(in(made, "log/test.log")), "long");
}

TEST_F(ProjectCopyTest, LeavesItselfOut) {
  std::string cache = dir.file("shop/.cache");
  ProjectCopy made(dir.file("shop"), cache, {}, [](int, base::Duration) {});
  EXPECT_FALSE(fs::exists(made.path() + "/.cache/distributest/copies/x")) << made.path();
  EXPECT_TRUE(fs::is_empty(made.path() + "/.cache/distributest"));
}

TEST_F(ProjectCopyTest, IsRemovedWhenNobodyUsesIt) {
  { ProjectCopy made = copy(); }
  EXPECT_EQ(trees(), 1U);
  remove_old_copies(copies(), std::time(nullptr) - 60);
  EXPECT_EQ(trees(), 1U) << "it is young";
  ProjectCopy used = copy();
  remove_old_copies(copies(), std::time(nullptr) + 60);
  EXPECT_TRUE(fs::exists(used.path())) << "it is in use";
  { ProjectCopy other = copy(); }
  remove_old_copies(copies(), std::time(nullptr) + 60);
  EXPECT_EQ(trees(), 1U);
}

TEST_F(ProjectCopyTest, MovesPathsOfTheProject) {
  ProjectCopy made = copy();
  EXPECT_EQ(made.moved(dir.file("shop/spec/a_spec.rb:3")), made.path() + "/spec/a_spec.rb:3");
  EXPECT_EQ(made.moved(dir.file("shop")), made.path());
  EXPECT_EQ(made.moved(dir.file("shops/a")), dir.file("shops/a"));
  EXPECT_EQ(made.moved("spec"), "spec");
}

TEST_F(ProjectCopyTest, NeedsAPlaceOfItsOwn) {
  EXPECT_THROW(ProjectCopy(dir.file("shop"), "", {}, [](int, base::Duration) {}), base::Error);
  fs::create_directories(copies());
  ::chmod(copies().c_str(), 0755);
  EXPECT_THROW(copy(), base::Error);
}

TEST(CacheHome, IsAbsolute) {
  EXPECT_EQ(cache_home("/c", "/h"), "/c");
  EXPECT_EQ(cache_home("c", "/h"), "/h/.cache");
  EXPECT_EQ(cache_home(nullptr, nullptr), "");
}

}  // namespace
}  // namespace dtest::cli
