#include "history/location.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <system_error>

#include "support.hpp"

namespace dtest::history {
namespace {

TEST(StateHome, FollowsTheStandard) {
  EXPECT_EQ(state_home("/s", "/h"), "/s");
  EXPECT_EQ(state_home("", "/h"), "/h/.local/state");
  EXPECT_EQ(state_home("relative", "/h"), "/h/.local/state");
  EXPECT_EQ(state_home(nullptr, nullptr), "");
}

TEST(ProjectKey, IsNameAndHashOfTheRealPath) {
  TempDir dir;
  std::filesystem::create_directory(dir / "my shop");
  std::filesystem::create_directory_symlink(dir / "my shop", dir / "link");
  const auto key = project_key(dir / "my shop");
  EXPECT_EQ(key.substr(0, 8), "my-shop-");
  EXPECT_EQ(key.size(), 8u + 12);
  EXPECT_EQ(project_key(dir / "link"), key);
  EXPECT_EQ(project_key(dir / "my shop/"), key);
  EXPECT_NE(project_key(dir / "other"), key);
}

TEST(ProjectKey, NeverChanges) { EXPECT_EQ(project_key("/"), "root-af63a24c8601"); }

TEST(MakeParents, ArePrivate) {
  TempDir dir;
  make_parents(dir / "a/b/file");
  struct stat info {};
  ASSERT_EQ(::stat((dir / "a/b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  make_parents(dir / "a/b/file");
  write_text(dir / "plain", "x");
  EXPECT_THROW(make_parents(dir / "plain/b/file"), std::system_error);
}

}  // namespace
}  // namespace dtest::history
