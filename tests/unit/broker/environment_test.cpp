#include "broker/environment.hpp"

#include <gtest/gtest.h>

namespace dtest::broker {
namespace {

TEST(Environment, TellsRunnersApart) {
  protocol::SessionOptions options;
  options.runners = 3;
  options.host = "box";
  options.seed = 7;
  auto env = runner_environment(options, base::RunId{}, base::Slot(2), "node");
  EXPECT_EQ(env["TEST_ENV_NUMBER"], "2");
  EXPECT_EQ(env["DTEST_RUNNER"], "2");
  EXPECT_EQ(env["DTEST_RUNNERS"], "3");
  EXPECT_EQ(env["PARALLEL_TEST_GROUPS"], "3");
  EXPECT_EQ(env["DB_PREFIX"], "box2");
  EXPECT_EQ(env["DTEST_NODE"], "node");
  EXPECT_EQ(env["DTEST_SEED"], "7");
}

TEST(Environment, FirstMayBeEmpty) {
  protocol::SessionOptions options;
  options.first_is_empty = true;
  EXPECT_EQ(runner_environment(options, {}, base::Slot(1), "n")["TEST_ENV_NUMBER"], "");
  EXPECT_EQ(runner_environment(options, {}, base::Slot(2), "n")["TEST_ENV_NUMBER"], "2");
  EXPECT_FALSE(runner_environment(options, {}, base::Slot(1), "n").contains("DTEST_SEED"));
}

TEST(Environment, OneRunnerCanBeAsItWasAmongOthers) {
  protocol::SessionOptions options;
  options.host = "box";
  options.number_offset = 4;
  options.told_runners = 8;
  auto env = runner_environment(options, {}, base::Slot(1), "n");
  EXPECT_EQ(env["TEST_ENV_NUMBER"], "5");
  EXPECT_EQ(env["DTEST_SLOT"], "5");
  EXPECT_EQ(env["PARALLEL_TEST_GROUPS"], "8");
  EXPECT_EQ(env["DB_PREFIX"], "box5");
  auto hook = hook_environment(options, {}, base::Slot(0), "n");
  EXPECT_EQ(hook["DTEST_TEMPLATE"], "box0");
  EXPECT_EQ(hook["DTEST_IDENTIFIERS"], "box5");
}

// node_setup is as the runner of slot 0, whose databases are the template of the others'.
TEST(Environment, HooksAreToldOfTheTemplateAndOfAllRunners) {
  protocol::SessionOptions options;
  options.runners = 3;
  options.host = "box";
  options.first_is_empty = true;
  options.env = {{"PATH", "/opt/ruby/bin"}, {"DB_PREFIX", "mine"}};
  auto node = hook_environment(options, {}, base::Slot(0), "n");
  EXPECT_EQ(node["DB_PREFIX"], "box0");
  EXPECT_EQ(node["TEST_ENV_NUMBER"], "0");
  EXPECT_EQ(node["DTEST_RUNNERS"], "3");
  EXPECT_EQ(node["DTEST_IDENTIFIERS"], "box1 box2 box3");
  EXPECT_EQ(node["DTEST_TEMPLATE"], "box0");
  EXPECT_EQ(node["PATH"], "/opt/ruby/bin");
  auto runner = hook_environment(options, {}, base::Slot(1), "n");
  EXPECT_EQ(runner["DB_PREFIX"], identifier(options, base::Slot(1)));
  EXPECT_EQ(runner["TEST_ENV_NUMBER"], "");
  EXPECT_EQ(runner["DTEST_TEMPLATE"], "box0");
}

TEST(Environment, NumbersBeginWhereTheNodeSays) {
  protocol::SessionOptions options;
  options.first_number = 9;
  options.first_is_empty = true;
  EXPECT_EQ(runner_environment(options, {}, base::Slot(1), "n")["TEST_ENV_NUMBER"], "10");
  EXPECT_EQ(runner_environment(options, {}, base::Slot(1), "n")["DTEST_RUNNER"], "1");
  EXPECT_EQ(hook_environment(options, {}, base::Slot(0), "n")["TEST_ENV_NUMBER"], "9");
}

TEST(Environment, DatabasesOfAWorkspaceAreNobodyElses) {
  EXPECT_EQ(database_prefix("annalaptop1f2e3d4c", "mini-1.lan", "/w/annalaptop/anna/shop/2"),
            "annalaptop1f2e3d4c_mini1lan_6e5d_2_");
  EXPECT_NE(database_prefix("a", "n", "/w/a/anna/shop/1"), database_prefix("a", "n", "/w/a/ben/shop/1"));
  std::string longest = database_prefix(std::string(300, 'x') + "1f2e3d4c", std::string(300, 'n'), "/w/64");
  EXPECT_LE(longest.size(), 43U);
  EXPECT_NE(longest.find("1f2e3d4c_"), std::string::npos) << "the mark of the machine stays";
}

TEST(Environment, MarkNamesRunAndSession) {
  EXPECT_EQ(session_mark(base::RunId{{0xab}}, base::SessionNumber(3), "mini"), "ab" + std::string(30, '0') + ".3.mini");
}

}  // namespace
}  // namespace dtest::broker
