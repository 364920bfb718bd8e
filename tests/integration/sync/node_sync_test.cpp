// The project on its way to a node, through a real sshd.
#include "cli/node_sync.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "sshd.hpp"
#include "system/clock.hpp"

namespace dtest::cli {
namespace {

namespace fs = std::filesystem;

class NodeSyncTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(dir.file("shop/spec"));
    fs::create_directories(dir.file("shop/log"));
    fs::create_directories(dir.file("lib"));
    fs::create_directories(dir.file("run"));
    fs::create_directories(dir.file("work/1"));
    dir.put("lib/boot.rb", "puts 1");
    dir.put("shop/spec/a_spec.rb", "one");
    dir.put("shop/log/test.log", "long");
    if (!needs_ssh().missing().empty()) GTEST_SKIP() << needs_ssh().missing();
  }
  static Sshd& needs_ssh() {
    static Sshd sshd;
    return sshd;
  }
  SyncSource::Setting setting() {
    SyncSource::Setting setting;
    setting.project = dir.file("shop");
    setting.lib = dir.file("lib");
    setting.excludes = {"/.git", "/log/*.log"};
    setting.dir = dir.file("run");
    return setting;
  }
  /// The fault, or "".
  std::string sync(const SyncSource& source, const SshHost& host, const std::string& to) {
    system::SystemClock clock;
    bus::Loop loop([&] { return clock.now(); });
    std::optional<std::string> told;
    log.clear();
    NodeSync sync(source.jobs(host, to), loop, [&](std::string fault) { told = std::move(fault); },
                  [&](const std::string& level, const std::string& text) { log += level + ": " + text + "\n"; });
    base::Instant limit = clock.now() + std::chrono::seconds(120);
    while (!told && clock.now() < limit) loop.run_once(limit);
    return told.value_or("it does not end");
  }
  std::string sync(const SyncSource::Setting& setting) {
    fs::remove_all(dir.file("run/side"));
    return sync(SyncSource(setting), needs_ssh().host(), dir.file("work/1"));
  }
  void git(const std::string& command) {
    ASSERT_EQ(std::system(("cd " + dir.file("shop") + " && git -c user.name=a -c user.email=a@b.c " + command +
                           " >/dev/null 2>&1").c_str()), 0) << command;
  }

  support::TempDir dir;
  std::string log;
};

TEST_F(NodeSyncTest, BringsProjectRubySideAndHooks) {
  fs::create_symlink("a_spec.rb", dir.file("shop/spec/link"));
  ::chmod(dir.file("shop/spec/a_spec.rb").c_str(), 0750);
  SyncSource::Setting s = setting();
  dir.put("node_setup", "#!/bin/sh\n");
  ::chmod(dir.file("node_setup").c_str(), 0755);
  s.hooks = {{"node_setup", dir.file("node_setup")}};
  EXPECT_EQ(sync(s), "");
  EXPECT_NE(log.find("/shop to " + dir.file("work/1/shop") + ": exit 0\n"), std::string::npos) << log;
  EXPECT_EQ(log.find("warn:"), std::string::npos) << log;
  EXPECT_EQ(dir.get("work/1/shop/spec/a_spec.rb"), "one");
  EXPECT_EQ(dir.get("work/1/+side/lib/boot.rb"), "puts 1");
  EXPECT_EQ(fs::read_symlink(dir.file("work/1/shop/spec/link")), "a_spec.rb");
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop/log/test.log")));
  struct stat info {};
  ASSERT_EQ(::stat(dir.file("work/1/shop/spec/a_spec.rb").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0750U);
  ASSERT_EQ(::stat(dir.file("work/1/+side/hooks/node_setup").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0100U, 0100U);
}

TEST_F(NodeSyncTest, OnlyWhatChangedIsCopiedAndWhatIsGoneGoes) {
  dir.put("shop/spec/b_spec.rb", "two");
  ASSERT_EQ(sync(setting()), "");
  struct stat before {}, after {};
  ASSERT_EQ(::stat(dir.file("work/1/shop/spec/a_spec.rb").c_str(), &before), 0);
  dir.put("work/1/shop/log/test.log", "the node's own");
  fs::remove(dir.file("shop/spec/b_spec.rb"));
  dir.put("shop/spec/c_spec.rb", "three");
  ASSERT_EQ(sync(setting()), "");
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop/spec/b_spec.rb")));
  EXPECT_EQ(dir.get("work/1/shop/spec/c_spec.rb"), "three");
  EXPECT_EQ(dir.get("work/1/shop/log/test.log"), "the node's own") << "what is left out is left alone";
  ASSERT_EQ(::stat(dir.file("work/1/shop/spec/a_spec.rb").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino) << "not written again";
}

TEST_F(NodeSyncTest, WhatGitIgnoresStaysUnlessItIsAskedFor) {
  git("init");
  dir.put("shop/.gitignore", "/node_modules\n*.secret\n/config/database.yml\n");
  fs::create_directories(dir.file("shop/node_modules/x"));
  fs::create_directories(dir.file("shop/config"));
  dir.put("shop/node_modules/x/big.js", "big");
  dir.put("shop/[odd]*name.secret", "secret");
  dir.put("shop/o-odd-name.txt", "no secret");
  dir.put("shop/config/database.yml", "test:");
  dir.put("shop/untracked.rb", "new");
  SyncSource::Setting s = setting();
  s.includes = {"/config/database.yml"};
  ASSERT_EQ(sync(s), "");
  EXPECT_EQ(dir.get("work/1/shop/untracked.rb"), "new");
  EXPECT_EQ(dir.get("work/1/shop/config/database.yml"), "test:");
  EXPECT_EQ(dir.get("work/1/shop/o-odd-name.txt"), "no secret");
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop/node_modules")));
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop/[odd]*name.secret")));
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop/.git")));
  s.ignored = true;
  ASSERT_EQ(sync(s), "");
  EXPECT_EQ(dir.get("work/1/shop/[odd]*name.secret"), "secret");
}

TEST_F(NodeSyncTest, APathWithSpacesAndQuotesIsOne) {
  fs::create_directories(dir.file("work/a b'c"));
  EXPECT_EQ(sync(SyncSource(setting()), needs_ssh().host(), dir.file("work/a b'c")), "");
  EXPECT_EQ(dir.get("work/a b'c/shop/spec/a_spec.rb"), "one");
}

TEST_F(NodeSyncTest, AHostThatIsNotKnownIsNotTrusted) {
  std::string fault = sync(SyncSource(setting()), needs_ssh().stranger(), dir.file("work/1"));
  EXPECT_NE(fault.find("its host key is not known here"), std::string::npos) << fault;
  EXPECT_NE(fault.find("run 'ssh "), std::string::npos) << fault;
  EXPECT_FALSE(fs::exists(dir.file("work/1/shop")));
}

TEST_F(NodeSyncTest, AKeyThatIsNotLetInIsSaid) {
  std::string fault = sync(SyncSource(setting()), needs_ssh().nobody(), dir.file("work/1"));
  EXPECT_NE(fault.find("ssh-copy-id"), std::string::npos) << fault;
}

TEST_F(NodeSyncTest, AHostThatIsNotThereIsSaid) {
  SshHost host = needs_ssh().host();
  host.options[3] = "1";  // the port
  std::string fault = sync(SyncSource(setting()), host, dir.file("work/1"));
  EXPECT_NE(fault.find("its sshd does not answer"), std::string::npos) << fault;
}

TEST_F(NodeSyncTest, ThisMachineNeedsNoSsh) {
  EXPECT_EQ(sync(SyncSource(setting()), {}, dir.file("work/1")), "");
  EXPECT_EQ(dir.get("work/1/shop/spec/a_spec.rb"), "one");
}

}  // namespace
}  // namespace dtest::cli
