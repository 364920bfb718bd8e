#include "terminal/frame.hpp"

#include <gtest/gtest.h>

#include "plain_terminal.hpp"

namespace dtest::terminal {
namespace {

TEST(Frame, DrawsBelowTheLines) {
  PlainTerminal t(20);
  t.feed(frame({}, "one\n", {"bar", "row"}, 20));
  EXPECT_EQ(t.text(), "one\nbar\nrow");
  t.feed(frame({"bar", "row"}, "two\n", {"BAR", "r", "s"}, 20));
  EXPECT_EQ(t.text(), "one\ntwo\nBAR\nr\ns");
  t.feed(frame({"BAR", "r", "s"}, "", {"b"}, 20));
  EXPECT_EQ(t.text(), "one\ntwo\nb") << "a shorter block leaves nothing behind";
  t.feed(frame({"b"}, "end\n", {}, 20));
  EXPECT_EQ(t.text(), "one\ntwo\nend\n");
}

TEST(Frame, LinesAsLongAsTheScreenDoNotWrap) {
  PlainTerminal t(5);
  t.feed(frame({}, "", {"12345", "abcdefgh"}, 5));
  EXPECT_EQ(t.text(), "12345\nabcdh") << "what is too long stays in its row";
}

TEST(Frame, ANarrowerTerminalHasWrappedTheBlock) {
  EXPECT_EQ(frame({"0123456789", "x"}, "", {}, 5), "\r\x1b[2A\x1b[J") << "three rows by now";
}

TEST(Frame, WithoutABlockItIsPlainText) { EXPECT_EQ(frame({}, "a\nb\n", {}, 80), "a\nb\n"); }

TEST(Fit, KeepsTheFirstRows) {
  EXPECT_EQ(fit({"a", "b", "c"}, 2), (Block{"a", "b"}));
  EXPECT_EQ(fit({"a"}, 2), (Block{"a"}));
}

}  // namespace
}  // namespace dtest::terminal
