#include "config/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

struct KeyFileTest : testing::Test {
  TempDir dir;
  std::string path = dir.path() + "/config/distributest/key";
};

TEST_F(KeyFileTest, APairIsMadeAndReadAgain) {
  NamedKey made = make_key_pair(path, "anna@laptop");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(public_file(path)), 0644U);
  EXPECT_EQ(mode_of(dir.path() + "/config/distributest"), 0700U);
  EXPECT_EQ(load_key_pair(path, "dtest keygen").open, made.key);
  NamedKey read = load_public_key(public_file(path));
  EXPECT_EQ(read.key, made.key);
  EXPECT_EQ(read.name, "anna@laptop");
}

TEST_F(KeyFileTest, AnUmaskDoesNotLoosenIt) {
  mode_t before = ::umask(0);
  make_key_pair(path, "x");
  ::umask(before);
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST_F(KeyFileTest, NothingIsReplaced) {
  make_key_pair(path, "x");
  std::string kept = slurp(path);
  EXPECT_ERROR(78, "exists already", make_key_pair(path, "x"));
  ::unlink(path.c_str());
  EXPECT_ERROR(78, ".pub exists already", make_key_pair(path, "x"));
  EXPECT_FALSE(std::filesystem::exists(path));
  std::filesystem::create_symlink(dir.path() + "/nowhere", path);
  EXPECT_ERROR(78, "exists already", make_key_pair(path, "x"));
}

TEST_F(KeyFileTest, OthersMayNotReadASecret) {
  make_key_pair(path, "x");
  for (unsigned mode : {0640U, 0604U, 0660U, 0644U}) {
    ::chmod(path.c_str(), mode);
    EXPECT_ERROR(78, "chmod 600", load_key_pair(path, "dtest keygen"));
  }
  ::chmod(path.c_str(), 0400);
  EXPECT_NO_THROW(load_key_pair(path, "dtest keygen"));
}

TEST_F(KeyFileTest, OthersMayNotReplaceIt) {
  make_key_pair(path, "x");
  ::chmod((dir.path() + "/config/distributest").c_str(), 0777);
  EXPECT_ERROR(78, "chmod go-w", load_key_pair(path, "dtest keygen"));
  ::chmod((dir.path() + "/config/distributest").c_str(), 0755);
  EXPECT_NO_THROW(load_key_pair(path, "dtest keygen"));
  ::chmod(public_file(path).c_str(), 0666);
  EXPECT_ERROR(78, "others can write it", load_public_key(public_file(path)));
}

TEST_F(KeyFileTest, OfAnotherUserItIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  make_key_pair(path, "x");
  ASSERT_EQ(::chown(path.c_str(), 12345, 0), 0);
  EXPECT_ERROR(77, "belongs to another user", load_key_pair(path, "dtest keygen"));
  ASSERT_EQ(::chown(public_file(path).c_str(), 12345, 0), 0);
  EXPECT_ERROR(77, "belongs to another user", load_public_key(public_file(path)));
}

TEST_F(KeyFileTest, AMissingOneNamesTheCommand) {
  EXPECT_ERROR(78, "make one with 'dtest keygen --node'", load_key_pair(path, "dtest keygen --node"));
}

TEST_F(KeyFileTest, TheHalvesAreNotMistaken) {
  make_key_pair(path, "x");
  ::chmod(public_file(path).c_str(), 0600);
  EXPECT_ERROR(78, "holds a public key", load_key_pair(public_file(path), "dtest keygen"));
  EXPECT_ERROR(78, "holds a secret key", load_public_key(path));
}

TEST_F(KeyFileTest, GarbageIsNoKey) {
  std::string key = make_key_pair(path, "x").key.text();
  for (const std::string& text : {std::string(), std::string("\n"), key, "dtest-public " + key.substr(1),
                                  "dtest-public " + key + "x", "dtest-public " + key + " a\ndtest-public " + key + " b",
                                  std::string(600, 'x')}) {
    dir.write("bad", text);
    ::chmod(dir.file("bad").c_str(), 0600);
    EXPECT_ERROR(78, "holds no public key", load_public_key(dir.file("bad")));
    EXPECT_THROW(load_key_pair(dir.file("bad"), "dtest keygen"), base::Error) << text;
  }
  dir.write("good", "dtest-public " + key + "  anna \n\n");
  ::chmod(dir.file("good").c_str(), 0600);
  EXPECT_EQ(load_public_key(dir.file("good")).name, "anna");
  EXPECT_ERROR(78, "no regular file", load_public_key("/dev/null"));
}

TEST_F(KeyFileTest, NoMessageShowsASecret) {
  make_key_pair(path, "x");
  std::string secret = slurp(path).substr(13, 40);
  ::chmod(path.c_str(), 0644);
  auto told = [&](auto call) { return error_of(call).second; };
  EXPECT_EQ(told([&] { load_key_pair(path, "m"); }).find(secret), std::string::npos);
  EXPECT_EQ(told([&] { load_public_key(path); }).find(secret), std::string::npos);
  EXPECT_EQ(told([&] { make_key_pair(path, "x"); }).find(secret), std::string::npos);
}

}  // namespace
}  // namespace dtest::config
