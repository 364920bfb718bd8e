#include "cli/ruby_choice.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "fake_tree.hpp"

namespace dtest::cli {
namespace {

using List = std::vector<std::string>;

class RubyChoiceTest : public ::testing::Test {
 protected:
  RubyChoice choose() {
    return choose_ruby("/home/u/shop", environment, tree, [this](const std::string& program) {
      asked_program = program;
      return path_version;
    });
  }
  std::string failure() {
    try {
      choose();
    } catch (const base::Error& e) {
      EXPECT_EQ(e.code(), base::ExitCode::config);
      return e.what();
    }
    return "";
  }
  void asks(const std::string& text) { tree.file("/home/u/shop/.ruby-version", text); }
  void tools(const std::string& text) { tree.file("/home/u/shop/.tool-versions", text); }

  FakeTree tree = FakeTree().program("/usr/bin/ruby");
  Environment environment{{"HOME", "/home/u"}, {"PATH", "/usr/local/bin:/usr/bin"}};
  std::string path_version = "3.1.2", asked_program;
};

TEST_F(RubyChoiceTest, NobodyAsks) {
  tree.program("/home/u/.rbenv/versions/3.2.2/bin/ruby");
  RubyChoice choice = choose();
  EXPECT_EQ(choice.command, List{"ruby"});
  EXPECT_TRUE(choice.env.empty());
  EXPECT_EQ(choice.doubt("3.1.2"), "");
}

TEST_F(RubyChoiceTest, NoManagerIsADoubtOnlyWhereTheVersionDiffers) {
  asks("3.2.2");
  RubyChoice choice = choose();
  EXPECT_EQ(choice.command, List{"ruby"});
  EXPECT_EQ(choice.doubt("3.2.2"), "");
  EXPECT_TRUE(choice.doubt("3.1.2").starts_with(".ruby-version asks for Ruby 3.2.2, and this is 3.1.2"))
      << choice.doubt("3.1.2");
  EXPECT_EQ(asked_program, "") << "nothing is run to choose";
}

TEST_F(RubyChoiceTest, NoRubyAtAll) {
  environment["PATH"] = "/nowhere::";
  EXPECT_EQ(failure(), "no Ruby: there is none in PATH. Install one, or name it with --ruby.");
  asks("3.2.2");
  EXPECT_EQ(failure(),
            "no Ruby: there is none in PATH, and .ruby-version asks for 3.2.2. Install one, or name it with --ruby.");
}

TEST_F(RubyChoiceTest, Rbenv) {
  asks("ruby-3.2.2\n");
  tree.program("/home/u/.rbenv/versions/3.2.2/bin/ruby");
  RubyChoice choice = choose();
  EXPECT_EQ(choice.command, List{"/home/u/.rbenv/versions/3.2.2/bin/ruby"});
  EXPECT_EQ(choice.env, (Environment{{"PATH", "/home/u/.rbenv/versions/3.2.2/bin:/usr/local/bin:/usr/bin"}}));
}

TEST_F(RubyChoiceTest, RbenvElsewhereAndByVariable) {
  asks("3.2.2");
  environment["RBENV_ROOT"] = "/srv/rbenv";
  environment["RBENV_VERSION"] = "3.3.0";
  tree.program("/srv/rbenv/versions/3.2.2/bin/ruby").program("/srv/rbenv/versions/3.3.0/bin/ruby");
  EXPECT_EQ(choose().command, List{"/srv/rbenv/versions/3.3.0/bin/ruby"});
}

TEST_F(RubyChoiceTest, RbenvWithoutTheVersionSaysWhatToDo) {
  asks("3.2.2");
  tree.program("/home/u/.rbenv/versions/3.10.0/bin/ruby").program("/home/u/.rbenv/versions/3.9.1/bin/ruby");
  EXPECT_EQ(failure(),
            ".ruby-version asks for Ruby 3.2.2, which is not installed: rbenv has 3.9.1, 3.10.0. Run 'rbenv install "
            "3.2.2', or name another Ruby with --ruby.");
}

TEST_F(RubyChoiceTest, TheFileIsNamedWhereItIsAbove) {
  tree.file("/home/u/.ruby-version", "3.2").program("/usr/bin/rbenv");
  EXPECT_EQ(failure(),
            "/home/u/.ruby-version asks for Ruby 3.2, which is not installed: rbenv has none. Run 'rbenv install 3.2', "
            "or name another Ruby with --ruby.");
}

TEST_F(RubyChoiceTest, ARubyInPathMayBeTheOneThatTheManagerLacks) {
  asks("3.1.2");
  tree.file("/home/u/.rbenv/README", "");
  EXPECT_EQ(choose().command, List{"ruby"});
  EXPECT_EQ(asked_program, "/usr/bin/ruby");
}

TEST_F(RubyChoiceTest, AShimIsNotAskedForItsVersion) {
  asks("3.1.2");
  tree.program("/home/u/.rbenv/shims/ruby");
  environment["PATH"] = "/home/u/.rbenv/shims:/usr/bin";
  EXPECT_NE(failure(), "");
  EXPECT_EQ(asked_program, "");
}

TEST_F(RubyChoiceTest, SystemMeansPath) {
  asks("system");
  tree.program("/home/u/.rbenv/versions/3.2.2/bin/ruby");
  EXPECT_EQ(choose().command, List{"ruby"});
  EXPECT_EQ(choose().doubt("3.1.2"), "");
}

TEST_F(RubyChoiceTest, AsdfTakesTheFirstThatItHas) {
  tools("ruby 3.3.0 3.2.2\n");
  tree.program("/home/u/.asdf/installs/ruby/3.2.2/bin/ruby");
  EXPECT_EQ(choose().command, List{"/home/u/.asdf/installs/ruby/3.2.2/bin/ruby"});
  environment["ASDF_DATA_DIR"] = "/data";
  tree.program("/data/installs/ruby/3.3.0/bin/ruby");
  EXPECT_EQ(choose().command, List{"/data/installs/ruby/3.3.0/bin/ruby"});
  tools("ruby path:/srv/ruby\n");
  tree.program("/srv/ruby/bin/ruby");
  EXPECT_EQ(choose().command, List{"/srv/ruby/bin/ruby"});
}

TEST_F(RubyChoiceTest, AsdfForOtherLanguagesIsNoManager) {
  asks("3.2.2");
  tree.file("/home/u/.asdf/plugins/nodejs/bin/list-all", "");
  EXPECT_EQ(choose().asked, "3.2.2");
}

TEST_F(RubyChoiceTest, MiseTakesTheNewestThatFits) {
  tools("ruby 3.2\n");
  for (const char* version : {"3.1.4", "3.2.9", "3.2.10", "3.20.0"})
    tree.program(std::string("/home/u/.local/share/mise/installs/ruby/") + version + "/bin/ruby");
  EXPECT_EQ(choose().command, List{"/home/u/.local/share/mise/installs/ruby/3.2.10/bin/ruby"});
}

TEST_F(RubyChoiceTest, RvmBringsItsGems) {
  asks("ruby-3.2.2@shop");
  tree.program("/home/u/.rvm/rubies/ruby-3.2.2/bin/ruby");
  RubyChoice choice = choose();
  EXPECT_EQ(choice.command, List{"/home/u/.rvm/rubies/ruby-3.2.2/bin/ruby"});
  EXPECT_EQ(choice.env["GEM_HOME"], "/home/u/.rvm/gems/ruby-3.2.2@shop");
  EXPECT_EQ(choice.env["GEM_PATH"], "/home/u/.rvm/gems/ruby-3.2.2@shop:/home/u/.rvm/gems/ruby-3.2.2@global");
  EXPECT_EQ(choice.env["PATH"],
            "/home/u/.rvm/gems/ruby-3.2.2@shop/bin:/home/u/.rvm/gems/ruby-3.2.2@global/bin:"
            "/home/u/.rvm/rubies/ruby-3.2.2/bin:/usr/local/bin:/usr/bin");
}

TEST_F(RubyChoiceTest, ChrubyBringsTheGemsOfThePerson) {
  asks("3.2");
  tree.program("/opt/rubies/ruby-3.2.2/bin/ruby").file("/opt/rubies/ruby-3.2.2/lib/ruby/gems/3.2.0/x", "");
  tree.program("/home/u/.rubies/ruby-3.2.1/bin/ruby");
  RubyChoice choice = choose();
  EXPECT_EQ(choice.command, List{"/opt/rubies/ruby-3.2.2/bin/ruby"});
  EXPECT_EQ(choice.env.count("GEM_HOME"), 0U);
  tree.file("/home/u/.gem/ruby/3.2.2/gems/x", "");
  EXPECT_EQ(choose().env["GEM_HOME"], "/home/u/.gem/ruby/3.2.2");
  EXPECT_EQ(choose().env["GEM_PATH"], "/home/u/.gem/ruby/3.2.2:/opt/rubies/ruby-3.2.2/lib/ruby/gems/3.2.0");
}

TEST_F(RubyChoiceTest, AShellThatHasChosenIsLeftAlone) {
  asks("3.2.2");
  tree.program("/opt/rubies/ruby-3.2.2/bin/ruby").file("/opt/rubies/ruby-3.2.2/lib/ruby/gems/3.2.0/x", "");
  environment["PATH"] = "/opt/rubies/ruby-3.2.2/bin:/usr/bin";
  EXPECT_EQ(choose().command, List{"/opt/rubies/ruby-3.2.2/bin/ruby"});
  EXPECT_TRUE(choose().env.empty());
}

TEST_F(RubyChoiceTest, TheManagerInPathComesFirst) {
  asks("3.2.2");
  tree.program("/home/u/.rbenv/versions/3.2.2/bin/ruby").program("/home/u/.asdf/installs/ruby/3.2.2/bin/ruby");
  EXPECT_EQ(choose().command, List{"/home/u/.rbenv/versions/3.2.2/bin/ruby"});
  environment["PATH"] = "/home/u/.asdf/shims:/usr/bin";
  EXPECT_EQ(choose().command, List{"/home/u/.asdf/installs/ruby/3.2.2/bin/ruby"});
}

TEST_F(RubyChoiceTest, AnotherManagerMayHaveIt) {
  asks("3.2.2");
  tree.program("/home/u/.rbenv/versions/3.1.4/bin/ruby").program("/opt/rubies/3.2.2/bin/ruby");
  EXPECT_EQ(choose().command, List{"/opt/rubies/3.2.2/bin/ruby"});
  asks("3.3.0");
  EXPECT_TRUE(failure().find("rbenv has 3.1.4; chruby has 3.2.2") != std::string::npos) << failure();
}

TEST_F(RubyChoiceTest, EachManagerReadsTheOthersFile) {
  tools("ruby 3.2.2");
  tree.program("/home/u/.rbenv/versions/3.2.2/bin/ruby").program("/home/u/.rbenv/versions/3.3.0/bin/ruby");
  EXPECT_EQ(choose().command, List{"/home/u/.rbenv/versions/3.2.2/bin/ruby"});
  asks("3.3.0");
  EXPECT_EQ(choose().command, List{"/home/u/.rbenv/versions/3.3.0/bin/ruby"});
}

}  // namespace
}  // namespace dtest::cli
