#include "base/json.hpp"

#include <gtest/gtest.h>

namespace dtest::base {
namespace {

std::string quoted(std::string_view text, std::string_view also = {}) {
  std::string out = "before ";
  append_json(out, text, also);
  return out.substr(7);
}

TEST(AppendJson, WritesPlainTextAsItIs) {
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted("plain \xc3\xa9 text"), "\"plain \xc3\xa9 text\"");
}

TEST(AppendJson, EscapesWhatHasAMeaningOrCannotBeSeen) {
  EXPECT_EQ(quoted("\"a\\b\"\n\t\r"), R"("\"a\\b\"\n\t\r")");
  EXPECT_EQ(quoted(std::string_view("\0\x01\x7f", 3)), R"("\u0000\u0001\u007f")");
  EXPECT_EQ(quoted("</b>&", "<>&"), R"("\u003c/b\u003e\u0026")");
  EXPECT_EQ(quoted("</b>&"), R"("</b>&")");
}

TEST(AppendJson, IsUtf8WhateverComes) { EXPECT_EQ(quoted("a\xff" "b"), "\"a\xef\xbf\xbd" "b\""); }

}  // namespace
}  // namespace dtest::base
