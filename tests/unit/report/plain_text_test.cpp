#include "report/plain_text.hpp"

#include <gtest/gtest.h>

#include "report/json_text.hpp"

namespace dtest::report {
namespace {

TEST(PlainText, KeepsWhatXmlMayHold) {
  EXPECT_EQ(plain_text("a\tb\nä 😀"), "a\tb\nä 😀");
  EXPECT_EQ(plain_text("\x1b[1;31mred\x1b[0m \x01 \x7f\r\n"), "red \\x01 \\x7f\n");
  EXPECT_EQ(plain_text("\xff\xEF\xBF\xBE\xEF\xBF\xBF"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(plain_text(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(plain_line(" a\n b\t"), "a  b");
}

TEST(PlainText, KeepsTheEndOfAnOutput) {
  EXPECT_EQ(last_of("one\ntwo\n", 100, 8), "one\ntwo\n");
  EXPECT_EQ(last_of("one\ntwo\n", 6, 8), "[the last 4 of 8 bytes]\ntwo\n");
  EXPECT_EQ(last_of("two\n", 100, 8), "[the last 4 of 8 bytes]\ntwo\n");
}

TEST(PlainText, TellsMoments) {
  EXPECT_EQ(iso_time(base::WallTime{0}, 0), "1970-01-01T00:00:00");
  EXPECT_EQ(iso_time(base::WallTime{1709251199000000}, 1.5), "2024-03-01T00:00:00");
}

TEST(JsonText, SeparatesAndEscapes) {
  JsonText json;
  json.open('{').pair("a", 1).pair("b", "x\"\n\x01").key("c").open('[').value(true).null().close(']').close('}');
  EXPECT_EQ(json.take(), "{\"a\":1,\"b\":\"x\\\"\\n\\u0001\",\"c\":[true,null]}");
  JsonText page(true);
  page.value("</script>&");
  EXPECT_EQ(page.take(), "\"\\u003c/script\\u003e\\u0026\"");
}

}  // namespace
}  // namespace dtest::report
