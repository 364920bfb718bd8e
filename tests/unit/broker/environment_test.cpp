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

TEST(Environment, MarkNamesRunAndSession) {
  EXPECT_EQ(session_mark(base::RunId{{0xab}}, base::SessionNumber(3)), "ab" + std::string(30, '0') + ".3");
}

}  // namespace
}  // namespace dtest::broker
