#include "cli/remote_rsync.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/git_ignored.hpp"
#include "cli/node_sync.hpp"
#include "history/location.hpp"
#include "support/temp_dir.hpp"

namespace dtest::cli {
namespace {

RemoteJob job(const std::string& host) {
  RemoteJob job;
  job.ssh.host = host;
  job.from = "/home/anna/shop";
  job.to = "/w/1/shop";
  return job;
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
  return std::find(argv.begin(), argv.end(), word) != argv.end();
}

TEST(RemoteCommand, AsksNobodyAndChecksTheHost) {
  std::vector<std::string> argv = remote_command(job("ben@mini"));
  auto shell = std::find(argv.begin(), argv.end(), "-e");
  ASSERT_NE(shell, argv.end());
  EXPECT_NE((shell + 1)->find("BatchMode=yes"), std::string::npos);
  EXPECT_NE((shell + 1)->find("StrictHostKeyChecking=yes"), std::string::npos);
  EXPECT_EQ(argv.back(), "ben@mini:/w/1/shop/");
  EXPECT_TRUE(has(argv, "--delete"));
}

TEST(RemoteCommand, HasBracketsForAnAddressWithColons) {
  EXPECT_EQ(remote_command(job("ben@fe80::1")).back(), "ben@[fe80::1]:/w/1/shop/");
}

TEST(RemoteCommand, WithoutAHostIsLocal) {
  std::vector<std::string> argv = remote_command(job(""));
  EXPECT_FALSE(has(argv, "-e"));
  EXPECT_EQ(argv.back(), "/w/1/shop/");
}

TEST(RemoteFault, SaysWhatAndWhatToDo) {
  RemoteJob j = job("ben@mini");
  EXPECT_EQ(remote_fault(j, 0, "warning"), "");
  EXPECT_EQ(remote_fault(j, 24, "file has vanished: \"/p/a\"\n"), "");
  EXPECT_EQ(remote_fault(j, 255, "Host key verification failed.\r\nrsync: connection unexpectedly closed\n"),
            "rsync to ben@mini over ssh: its host key is not known here, or has changed; run 'ssh ben@mini' once and "
            "check the key that it shows");
  EXPECT_EQ(remote_fault(j, 255, "ben@mini: Permission denied (publickey).\n"),
            "rsync to ben@mini over ssh: it lets nobody in from here without a password; run 'ssh-copy-id ben@mini'");
  EXPECT_EQ(remote_fault(j, 127, "bash: line 1: rsync: command not found\n"),
            "rsync to ben@mini over ssh: it has no rsync; install rsync there");
  EXPECT_EQ(remote_fault(j, 11, "rsync: [Receiver] mkdir \"/w/1/shop\" failed: Permission denied (13)\n"),
            "rsync to ben@mini over ssh: its user may not write to /w/1/shop; ssh must log in as the user that runs "
            "dtestd there");
  EXPECT_EQ(remote_fault(j, 12, "rsync: [sender] odd\nrsync error: x\n"), "rsync to ben@mini over ssh: rsync: odd");
  EXPECT_EQ(remote_fault(j, 12, ""), "rsync to ben@mini over ssh: it ended with status 12");
  EXPECT_EQ(remote_fault(j, -1, ""), "rsync to ben@mini over ssh: it was killed");
}

TEST(IgnorePatterns, AreAnchoredAndEscapedWhereRsyncWouldSeeAWildcard) {
  using std::string_literals::operator""s;
  EXPECT_EQ(ignore_patterns("log/\0a[1]*.rb\0back\\slash\0cut"s), "/log/\0/a\\[1]\\*.rb\0/back\\slash\0"s);
  EXPECT_EQ(ignore_patterns(""), "");
}

TEST(SyncSource, NamesEverythingByItsPlaceInTheWorkspace) {
  support::TempDir dir;
  dir.put("global", "#!/bin/sh\n");
  SyncSource source({"/home/anna/shop", "", {{"node_setup", "/home/anna/shop/.distributest/node_setup"},
                                              {"runner_setup", dir.file("global")}}, {}, {}, true, dir.path()});
  protocol::SessionOptions o;
  o.project = "/home/anna/shop";
  o.lib = "/usr/share/distributest/runner";
  o.hooks = {{"node_setup", "/home/anna/shop/.distributest/node_setup"}, {"runner_setup", dir.file("global")}};
  o.paths = {"/home/anna/shop/spec/a_spec.rb:3", "spec/b_spec.rb", "/home/anna/shopping"};
  o = source.in_workspace(o);
  EXPECT_EQ(o.workspace, history::project_key("/home/anna/shop"));
  EXPECT_NE(o.workspace, history::project_key("/home/anna/old/shop")) << "projects of one name have each its own";
  EXPECT_EQ(o.project, "workspace:/shop");
  EXPECT_EQ(o.lib, "workspace:/+side/lib");
  EXPECT_EQ(o.hooks.at("node_setup"), "workspace:/shop/.distributest/node_setup");
  EXPECT_EQ(o.hooks.at("runner_setup"), "workspace:/+side/hooks/runner_setup");
  EXPECT_EQ(o.paths[0], "workspace:/shop/spec/a_spec.rb:3");
  EXPECT_EQ(o.paths[1], "spec/b_spec.rb");
  EXPECT_EQ(o.paths[2], "/home/anna/shopping");
  EXPECT_EQ(o.env.at("PWD"), "workspace:/shop");
}

TEST(RemoteFault, ABusySshdMayHaveRoomInAMoment) {
  EXPECT_TRUE(may_pass("kex_exchange_identification: read: Connection reset by peer\nrsync error: x\n"));
  EXPECT_FALSE(may_pass("ben@mini: Permission denied (publickey).\n"));
}

TEST(GitIgnored, WhatIsIncludedInsideADirectoryThatIsLeftOutIsReached) {
  using namespace std::string_literals;
  std::string patterns = "/config/\0/log/\0"s;
  std::vector<std::string> includes{"/config/deep/a.yml", "/lib/x", "*.rb"};
  open_for_includes(patterns, includes);
  EXPECT_EQ(patterns, "/log/\0/config/*\0/config/deep/*\0"s);
  EXPECT_EQ(includes, (std::vector<std::string>{"/config/deep/a.yml", "/lib/x", "*.rb", "/config/", "/config/deep/"}));
}

}  // namespace
}  // namespace dtest::cli
