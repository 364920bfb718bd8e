#include "system/private_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::system {
namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

TEST(PrivateDir, IsOursAndGoesWithItsContents) {
  const support::TempDir parent;
  std::string path;
  {
    const PrivateDir dir = PrivateDir::make_in({parent.path()});
    path = dir.path();
    EXPECT_EQ(path.substr(0, parent.path().size() + 4), parent.path() + "/dt-");
    EXPECT_EQ(private_dir_fault(path), "");
    ASSERT_EQ(::mkdir(dir.file("below").c_str(), 0700), 0);
  }
  EXPECT_FALSE(exists(path));
}

TEST(PrivateDir, StaysWhenReleased) {
  const support::TempDir parent;
  std::string path;
  {
    PrivateDir dir = PrivateDir::make_in({parent.path()});
    PrivateDir other = std::move(dir);
    path = other.release();
  }
  EXPECT_TRUE(exists(path));
}

TEST(PrivateDir, PassesOverWhatCannotBeUsed) {
  const support::TempDir parent;
  const std::string longest = parent.path() + "/" + std::string(70, 'x');
  ASSERT_EQ(::mkdir(longest.c_str(), 0700), 0);
  const PrivateDir dir = PrivateDir::make_in({"", "relative", "/nowhere", longest, parent.path() + "/"});
  EXPECT_TRUE(dir.path().starts_with(parent.path() + "/dt-"));
}

TEST(PrivateDir, SaysWhatWasWrongWithEach) {
  try {
    (void)PrivateDir::make_in({"relative", "/nowhere", "/" + std::string(80, 'x')});
    FAIL();
  } catch (const base::Error& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("relative: not an absolute path"), std::string::npos) << text;
    EXPECT_NE(text.find("/nowhere: no directory can be made there"), std::string::npos) << text;
    EXPECT_NE(text.find("too long for a socket's path of 107 bytes"), std::string::npos) << text;
    EXPECT_NE(text.find("set TMPDIR"), std::string::npos) << text;
  }
}

TEST(PrivateDir, TheLongestEndpointFits) {
  const support::TempDir parent;
  // Room for "/dt-XXXXXX/" and a name of 24 bytes.
  const std::size_t left = kSocketPathMax - 10 - 1 - kSocketNameMax - parent.path().size();
  const std::string fits = parent.path() + "/" + std::string(left - 1, 'x');
  ASSERT_EQ(::mkdir(fits.c_str(), 0700), 0);
  ASSERT_EQ(::mkdir((fits + "x").c_str(), 0700), 0);
  const PrivateDir dir = PrivateDir::make_in({fits});
  EXPECT_EQ(dir.file(std::string(kSocketNameMax, 'n')).size(), kSocketPathMax);
  EXPECT_EQ(dir.endpoint("j1.1"), "ipc://" + dir.path() + "/j1.1");
  EXPECT_THROW((void)dir.endpoint(std::string(kSocketNameMax + 1, 'n')), std::length_error);
  EXPECT_THROW((void)PrivateDir::make_in({fits + "x"}), base::Error);
}

TEST(PrivateDirFault, RefusesWrongModeKindAndLink) {
  const support::TempDir parent;
  const std::string path = parent.file("d");
  ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
  EXPECT_EQ(private_dir_fault(path), "");
  ASSERT_EQ(::chmod(path.c_str(), 0750), 0);
  EXPECT_EQ(private_dir_fault(path), "its mode is not 0700");
  ASSERT_EQ(::symlink(parent.path().c_str(), parent.file("link").c_str()), 0);
  EXPECT_EQ(private_dir_fault(parent.file("link")), "it is a symbolic link");
  EXPECT_EQ(private_dir_fault(parent.put("file", "")), "it is not a directory");
  EXPECT_EQ(private_dir_fault(parent.file("none")), "cannot look at it: No such file or directory");
}

TEST(PrivateDirFault, RefusesAnotherOwner) {
  if (::geteuid() != 0) {
    // Everybody's root directory serves where we cannot give ours away.
    EXPECT_EQ(private_dir_fault("/"), "it belongs to another user");
    return;
  }
  const support::TempDir parent;
  ASSERT_EQ(::mkdir(parent.file("d").c_str(), 0700), 0);
  ASSERT_EQ(::chown(parent.file("d").c_str(), 65534, 65534), 0);
  EXPECT_EQ(private_dir_fault(parent.file("d")), "it belongs to another user");
}

}  // namespace
}  // namespace dtest::system
