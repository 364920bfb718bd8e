#include "daemon/allow_list.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "config/key_file.hpp"
#include "support/temp_dir.hpp"

namespace dtest::daemon {
namespace {

struct AllowListTest : testing::Test {
  support::TempDir dir;
  // A new key in NAME.pub; returns its text.
  std::string let_in(const std::string& name) const {
    bus::KeyPair pair = bus::draw_key_pair();
    config::write_public_key(dir.file(name + ".pub"), {pair.open, name + "@host"}, true);
    return pair.open.text();
  }
};

TEST_F(AllowListTest, AllowsTheKeysInItsFilesByName) {
  std::string anna = let_in("anna");
  std::string ben = let_in("ben");
  AllowList list(dir.path());
  EXPECT_EQ(list.size(), 2U);
  EXPECT_TRUE(list.allows(anna));
  EXPECT_EQ(list.name_of(ben), "ben");
  EXPECT_FALSE(list.allows(bus::draw_key_pair().open.text()));
  EXPECT_FALSE(list.allows(""));
}

TEST_F(AllowListTest, SeesWhatIsAddedChangedAndTakenAway) {
  AllowList list(dir.path());
  EXPECT_FALSE(list.look().any);
  std::string anna = let_in("anna");
  EXPECT_FALSE(list.allows(anna));
  EXPECT_TRUE(list.look().any);
  EXPECT_TRUE(list.allows(anna));
  std::string rotated = let_in("anna");
  EXPECT_TRUE(list.look().any);
  EXPECT_TRUE(list.allows(rotated));
  EXPECT_FALSE(list.allows(anna));
  ::unlink(dir.file("anna.pub").c_str());
  EXPECT_TRUE(list.look().any);
  EXPECT_EQ(list.size(), 0U);
  EXPECT_FALSE(list.look().any);
}

TEST_F(AllowListTest, OtherFilesAreNoKeys) {
  std::string anna = let_in("anna");
  ::rename(dir.file("anna.pub").c_str(), dir.file("anna.pub.off").c_str());
  dir.put("README", "notes");
  EXPECT_EQ(AllowList(dir.path()).size(), 0U);
}

TEST_F(AllowListTest, AFileThatOthersCanWriteAllowsNobody) {
  std::string anna = let_in("anna");
  std::string ben = let_in("ben");
  AllowList list(dir.path());
  ::chmod(dir.file("anna.pub").c_str(), 0666);
  AllowList::Change change = list.look();
  ASSERT_EQ(change.warnings.size(), 1U);
  EXPECT_NE(change.warnings.front().find("chmod go-w"), std::string::npos);
  EXPECT_FALSE(list.allows(anna));
  EXPECT_TRUE(list.allows(ben));
}

TEST_F(AllowListTest, ADirectoryThatOthersCanWriteAllowsNobody) {
  std::string anna = let_in("anna");
  AllowList list(dir.path());
  ::chmod(dir.path().c_str(), 0777);
  EXPECT_EQ(list.look().warnings.size(), 1U);
  EXPECT_FALSE(list.allows(anna));
  ::chmod(dir.path().c_str(), 0700);
  EXPECT_TRUE(list.look().any);
  EXPECT_TRUE(list.allows(anna));
}

int code_of(const std::string& directory) {
  try {
    AllowList list(directory);
  } catch (const base::Error& e) {
    return base::number(e.code());
  }
  return 0;
}

TEST_F(AllowListTest, IsNotBegunWithOneThatIsWrong) {
  EXPECT_EQ(code_of(dir.file("none")), 78);
  dir.put("bad.pub", "no key");
  EXPECT_EQ(code_of(dir.path()), 78);
  ::unlink(dir.file("bad.pub").c_str());
  ::chmod(dir.path().c_str(), 0770);
  EXPECT_EQ(code_of(dir.path()), 78);
  if (::geteuid() != 0) return;
  ::chmod(dir.path().c_str(), 0700);
  ASSERT_EQ(::chown(dir.path().c_str(), 12345, 0), 0);
  EXPECT_EQ(code_of(dir.path()), 77);
  ASSERT_EQ(::chown(dir.path().c_str(), 0, 0), 0);
}

}  // namespace
}  // namespace dtest::daemon
