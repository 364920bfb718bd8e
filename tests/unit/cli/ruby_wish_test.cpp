#include "cli/ruby_wish.hpp"

#include <gtest/gtest.h>

#include "fake_tree.hpp"

namespace dtest::cli {
namespace {

using List = std::vector<std::string>;

TEST(RubyVersionFile, NamesAVersion) {
  EXPECT_EQ(parse_ruby_version("3.2.2\n")->versions, List{"3.2.2"});
  EXPECT_EQ(parse_ruby_version("ruby-3.2.2")->versions, List{"3.2.2"});
  EXPECT_EQ(parse_ruby_version("# ours\n\n  3.2.2 # the one\r\n")->versions, List{"3.2.2"});
  EXPECT_EQ(parse_ruby_version("jruby-9.4.5.0\n")->versions, List{"jruby-9.4.5.0"});
  EXPECT_EQ(parse_ruby_version("system\n")->versions, List{"system"});
}

TEST(RubyVersionFile, MayNameAGemset) {
  auto wish = parse_ruby_version("ruby-3.2.2@shop\n");
  EXPECT_EQ(wish->versions, List{"3.2.2"});
  EXPECT_EQ(wish->gemset, "shop");
}

TEST(RubyVersionFile, MayNameNone) {
  EXPECT_FALSE(parse_ruby_version(""));
  EXPECT_FALSE(parse_ruby_version("# later\n"));
  EXPECT_FALSE(parse_ruby_version("ruby-\n"));
}

TEST(ToolVersions, HaveALineForRuby) {
  auto wish = parse_tool_versions("nodejs 20.1.0\nruby 3.2.2 3.1.4 system # either\n");
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->versions, (List{"3.2.2", "3.1.4", "system"}));
  EXPECT_FALSE(parse_tool_versions("nodejs 20.1.0\nrubygems 3.4\nruby\n"));
}

TEST(Search, GoesUpwardToTheNearestThatAsks) {
  FakeTree tree;
  tree.file("/home/u/.ruby-version", "3.1.4").file("/home/u/shop/.ruby-version", "# none").file("/.tool-versions",
                                                                                             "ruby 2.7.8");
  EXPECT_EQ(find_ruby_version(tree, "/home/u/shop/engine")->by, "/home/u/.ruby-version");
  EXPECT_EQ(find_tool_versions(tree, "/home/u/shop")->by, "/.tool-versions");
  EXPECT_FALSE(find_ruby_version(tree, "/srv/other"));
}

TEST(Search, FindsTheGemsetBeside) {
  FakeTree tree;
  tree.file("/p/.ruby-version", "3.2.2").file("/p/.ruby-gemset", "shop\n");
  EXPECT_EQ(find_ruby_version(tree, "/p/a")->gemset, "shop");
}

TEST(Versions, MayBeShortened) {
  EXPECT_TRUE(is_version("3.2.2", "3.2.2"));
  EXPECT_TRUE(is_version("3.2", "3.2.2"));
  EXPECT_TRUE(is_version("3.4.0-preview1", "3.4.0"));
  EXPECT_FALSE(is_version("3.2", "3.20.1"));
  EXPECT_FALSE(is_version("3.2.2", "3.2"));
  EXPECT_FALSE(is_version("jruby-9.4", "3.1.4"));
}

}  // namespace
}  // namespace dtest::cli
