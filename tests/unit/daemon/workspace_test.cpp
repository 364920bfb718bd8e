#include "daemon/workspace.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::daemon {
namespace {

protocol::SessionOptions options(const std::string& origin, const std::string& user, const std::string& project) {
  protocol::SessionOptions o;
  o.origin = origin;
  o.user = user;
  o.workspace = project;
  return o;
}

TEST(Workspace, IsNamedAfterMachinePersonAndProject) {
  EXPECT_EQ(workspace_place(options("box-1f2e3d4c", "anna", "shop")), "box-1f2e3d4c/anna/shop");
}

TEST(Workspace, WhateverIsSentBecomesPlainNamesThatDiffer) {
  std::set<std::string> places;
  for (const char* name : {"..", ".", "", "a/b", "a-b", "a b", "../../etc", "shop.lock", ".git", "a\nb", "a\xff"}) {
    std::string place = workspace_place(options("box", "anna", name));
    EXPECT_TRUE(places.insert(place).second) << place;
    std::string last = place.substr(std::string("box/anna/").size());
    EXPECT_EQ(last.find('/'), std::string::npos) << place;
    EXPECT_NE(last.front(), '.') << place;
    EXPECT_FALSE(last.ends_with(".lock")) << place;
  }
  EXPECT_NE(workspace_place(options(std::string(300, 'x') + "1", "a", "b")),
            workspace_place(options(std::string(300, 'x') + "2", "a", "b")));
}

TEST(Workspace, TwoKeysNeverShareOne) {
  protocol::SessionOptions anna = options("box", "dev", "shop"), ben = anna;
  anna.key = "anna";
  ben.key = "ben";
  EXPECT_NE(workspace_place(anna), workspace_place(ben));
}

TEST(Workspace, TwoRunsOfOneProjectHaveTheirOwn) {
  support::TempDir dir;
  Workspace first(dir.file("work"), options("box", "anna", "shop"));
  Workspace second(dir.file("work"), options("box", "anna", "shop"));
  EXPECT_EQ(first.path(), dir.file("work/box/anna/shop/1"));
  EXPECT_EQ(second.path(), dir.file("work/box/anna/shop/2"));
}

TEST(Workspace, APlaceThatCannotBeIsNamed) {
  support::TempDir dir;
  dir.put("work", "a file");
  try {
    Workspace made(dir.file("work"), options("box", "anna", "shop"));
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_NE(std::string(e.what()).find(dir.file("work")), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("--work-dir"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace dtest::daemon
