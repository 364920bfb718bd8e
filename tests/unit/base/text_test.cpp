#include "base/text.hpp"

#include <gtest/gtest.h>

namespace dtest::base {
namespace {

TEST(ValidUtf8, KeepsValidAndReplacesTheRest) {
  EXPECT_EQ(valid_utf8("añb"), "añb");
  EXPECT_EQ(valid_utf8("a\xff" "b"), "a\xEF\xBF\xBD" "b");
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "surrogates are not UTF-8";
  EXPECT_EQ(valid_utf8("\xe2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "cut off";
}

TEST(Prefix, NeverCutsASequence) {
  EXPECT_EQ(prefix("aé", 2), "a");
  EXPECT_EQ(prefix("aé", 3), "aé");
}

TEST(Columns, CountsWhatATerminalShows) {
  EXPECT_EQ(columns("\x1b[31mred\x1b[0m"), 3U);
  EXPECT_EQ(columns("日本"), 4U);
  EXPECT_EQ(columns("e\xCC\x81"), 1U);
}

TEST(ElideMiddle, KeepsBothEnds) {
  EXPECT_EQ(elide_middle("spec/models/order_spec.rb:42", 15), "spec/mo…c.rb:42");
  EXPECT_EQ(elide_middle("spec/models/order_spec.rb:42", 15, true), "spec/m....rb:42");
  EXPECT_EQ(elide_middle("short", 15), "short");
  EXPECT_EQ(elide_middle("longer", 0), "");
}

TEST(ShowSecs, ReadsWell) {
  EXPECT_EQ(show_secs(0.314), "0.31s");
  EXPECT_EQ(show_secs(12.34), "12.3s");
  EXPECT_EQ(show_secs(59.97), "1m00s");
  EXPECT_EQ(show_secs(112), "1m52s");
  EXPECT_EQ(show_secs(7380), "2h03m");
}

TEST(ShowCount, GroupsByThousands) {
  EXPECT_EQ(show_count(1234567), "1 234 567");
  EXPECT_EQ(show_bytes(1), "1 byte");
  EXPECT_EQ(show_bytes(1023), "1 023 bytes");
  EXPECT_EQ(show_bytes(64 << 10), "64 KiB");
  EXPECT_EQ(show_bytes(812 << 20), "812 MiB");
  EXPECT_EQ(show_bytes(3ULL << 29), "1.5 GiB");
  EXPECT_EQ(show_bytes(48ULL << 30), "48 GiB");
  EXPECT_EQ(plural(1, "file"), "1 file");
  EXPECT_EQ(plural(2000, "file"), "2 000 files");
}

TEST(ShellQuote, IsSafeToPaste) {
  EXPECT_EQ(shell_quote("spec/a_spec.rb:42"), "spec/a_spec.rb:42");
  EXPECT_EQ(shell_quote("./a b_spec.rb[1:2]"), "'./a b_spec.rb[1:2]'");
  EXPECT_EQ(shell_quote("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quote(""), "''");
}

TEST(Nearest, FindsTypos) {
  EXPECT_EQ(nearest("patern", {"path", "pattern", "seed"}), "pattern");
  EXPECT_EQ(nearest("zzz", {"path", "pattern", "seed"}), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(trim("  a b\n"), "a b");
}

}  // namespace
}  // namespace dtest::base
