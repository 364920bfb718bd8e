#include "config/value.hpp"

#include <gtest/gtest.h>

namespace dtest::config {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;

TEST(ParseDuration, TakesUnitsAndPlainSeconds) {
  EXPECT_EQ(parse_duration("10"), base::Duration(10s));
  EXPECT_EQ(parse_duration("10s"), base::Duration(10s));
  EXPECT_EQ(parse_duration("0.5"), base::Duration(500ms));
  EXPECT_EQ(parse_duration("250ms"), base::Duration(250ms));
  EXPECT_EQ(parse_duration("5m"), base::Duration(5min));
  EXPECT_EQ(parse_duration("1h"), base::Duration(1h));
}

TEST(ParseDuration, RefusesTheRest) {
  for (const char* text :
       {"", "s", "-1", "+1", "1.", ".5", "1.2.3", "1d", "10 s", "1e3", "inf", "0x10", "99999999999999999999999999"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseDuration, NeverOverflows) { EXPECT_GT(*parse_duration("999999999999999999h"), base::Duration(8760h)); }

TEST(ParseSize, CountsByPowersOf1024) {
  EXPECT_EQ(parse_size("0"), 0U);
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("64K"), 65536U);
  EXPECT_EQ(parse_size("1M"), 1048576U);
  EXPECT_EQ(parse_size("2G"), 2147483648U);
  for (const char* text : {"", "K", "64k", "64KB", "1.5M", "-1", "999999999999999999G"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(ParseNumber, IsDigitsOnly) {
  EXPECT_EQ(parse_number("4294967295"), 4294967295U);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "1000000000000000000000"}) {
    EXPECT_FALSE(parse_number(text)) << text;
  }
}

TEST(Runners, ResolveOnAMachine) {
  EXPECT_EQ(parse_runners("4")->resolve(2), 4U);
  EXPECT_EQ(parse_runners("auto")->resolve(8), 8U);
  EXPECT_EQ(parse_runners("-2")->resolve(8), 6U);
  EXPECT_EQ(parse_runners("-8")->resolve(8), 1U) << "at least one";
  EXPECT_EQ(parse_runners("auto")->resolve(0), 1U) << "a machine that does not know its cores";
  for (const char* text : {"", "0", "-0", "-", "1025", "--1", "x", "1.5"}) EXPECT_FALSE(parse_runners(text)) << text;
}

TEST(ParseBool, TakesTheWordsOfBoost) {
  for (const char* text : {"on", "yes", "true", "1"}) EXPECT_EQ(parse_bool(text), true);
  for (const char* text : {"off", "no", "false", "0"}) EXPECT_EQ(parse_bool(text), false);
  EXPECT_FALSE(parse_bool("True"));
}

TEST(ParseWords, QuotesAsAShellDoes) {
  EXPECT_EQ(parse_words("rbenv exec ruby"), (List{"rbenv", "exec", "ruby"}));
  EXPECT_EQ(parse_words("  a\t'b  c' \"d \\\" e\" f\\ g ''"), (List{"a", "b  c", "d \" e", "f g", ""}));
  EXPECT_EQ(parse_words("a'b'\"c\""), (List{"abc"}));
  EXPECT_EQ(parse_words("'a\\'"), (List{"a\\"}));
  EXPECT_EQ(parse_words(""), List{});
  EXPECT_FALSE(parse_words("a 'b"));
  EXPECT_FALSE(parse_words("\""));
}

}  // namespace
}  // namespace dtest::config
