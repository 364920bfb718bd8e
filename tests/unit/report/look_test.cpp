#include "report/look.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace dtest::report {
namespace {

TEST(Clean, EscapesWhatATerminalWouldObey) {
  Look look;
  EXPECT_EQ(look.clean("\x1b]0;title\x07"), "\\e]0;title\\x07");
  EXPECT_EQ(look.clean("\x1b[2J\x1b[31mred\x1b[0m"), "\\e[2Jred") << "only colours are taken out";
  EXPECT_EQ(look.clean("\x1b\x1b[1m[2J"), "\\e[2J") << "what is taken out leaves no sequence behind";
  EXPECT_EQ(look.clean("a\rb\nc\x7f\xc2\x9b"), "a\\rb\\nc\\x7f\\xc2\\x9b");
  EXPECT_EQ(look.clean("x\xe2\x80\xaey"), "x\\xe2\\x80\\xaey") << "right-to-left override";
  EXPECT_EQ(look.clean("a\tb"), "a   b");
  EXPECT_EQ(look.clean("\xff"), "\xEF\xBF\xBD");
}

TEST(Clean, AsciiHasNothingElse) {
  Look look;
  look.ascii = true;
  EXPECT_EQ(look.clean("caf\xc3\xa9 \xff"), "caf? ?");
}

TEST(CleanLines, DropsBlankOnesAtTheEnd) {
  EXPECT_EQ(Look().clean_lines("a\r\n\n b\n\n \n"), (Lines{"a", "", " b"}));
  EXPECT_EQ(Look().clean_lines(""), Lines{});
}

TEST(Path, KeepsFileAndLine) {
  Look look;
  EXPECT_EQ(look.path("spec/a_spec.rb", 42, 80), "spec/a_spec.rb:42");
  std::string cut = look.path("spec/some/very/deep/folder/of/models/order_spec.rb", 42, 30);
  EXPECT_LE(base::columns(cut), 30U);
  EXPECT_TRUE(cut.ends_with("order_spec.rb:42")) << cut;
}

TEST(Cut, CountsColumns) {
  EXPECT_EQ(Look().cut("abcdef", 6), "abcdef");
  EXPECT_EQ(Look().cut("abcdef", 5), "abcd…");
  EXPECT_EQ(Look().cut("日本語", 5), "日本…");
}

TEST(Wrap, BreaksAtSpacesElseAnywhere) {
  EXPECT_EQ(wrap("one two three four", 10), (Lines{"one two", "three four"}));
  EXPECT_EQ(wrap("0123456789abcdef", 10), (Lines{"0123456789", "abcdef"}));
  EXPECT_EQ(wrap("", 10), Lines{""});
}

TEST(Place, NamesTheNodeOnlyWhenThereAreSeveral) {
  Look look;
  EXPECT_EQ(look.place({"local", 3}), "runner 3");
  look.single_node = false;
  EXPECT_EQ(look.place({"local", 3}), "local/3");
  EXPECT_EQ(look.place({"local", 0}), "local/boot");
}

TEST(ShowClock, MinutesAndHours) {
  EXPECT_EQ(show_clock(44), "0:44");
  EXPECT_EQ(show_clock(3723), "1:02:03");
  EXPECT_EQ(show_clock(-1), "0:00");
}

}  // namespace
}  // namespace dtest::report
