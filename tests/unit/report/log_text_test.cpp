#include "report/log_text.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

struct Log : testing::Test {
  LogText log;
  double elapsed = 0.25;
  std::string take(collector::Event event) {
    collector::Envelope envelope;
    envelope.elapsed = elapsed;
    envelope.event = std::move(event);
    return log.take(envelope);
  }
  std::string printed(std::uint32_t runner, const std::string& text, std::uint64_t total = 0) {
    return take(collector::OutChunk{{"mini", runner}, "", "", {text, total == 0 ? text.size() : total}});
  }
};

TEST_F(Log, EachLineHasItsPlace) {
  EXPECT_EQ(take(collector::LogLine{"warn", "a\nb", ""}), "     0.250 dtest  warn: a\n     0.250 dtest  b\n");
  EXPECT_EQ(take(collector::LogLine{"debug", "rsync: x", "mini"}), "     0.250 mini  debug: rsync: x\n");
  EXPECT_EQ(printed(0, "loads\n"), "     0.250 mini/boot  loads\n");
  elapsed = 12345.6789;
  EXPECT_EQ(printed(12, "works\n"), " 12345.679 mini/12  works\n");
}

TEST_F(Log, ALineThatComesInPiecesIsOne) {
  EXPECT_EQ(printed(1, "one "), "");
  EXPECT_EQ(printed(2, "other\n"), "     0.250 mini/2  other\n");
  EXPECT_EQ(printed(1, "line\nand the beg"), "     0.250 mini/1  one line\n");
  EXPECT_EQ(take(collector::FileStart{"a_spec.rb", 2, {"mini", 1}}),
            "     0.250 mini/1  and the beg\n     0.250 mini/1  runs a_spec.rb, attempt 2\n");
}

TEST_F(Log, WhatHasNoEndEndsWithItsProcessOrTheRun) {
  printed(1, "cut");
  EXPECT_EQ(take(collector::RunnerEnd{{"mini", 1}, 1, "exit 0"}),
            "     0.250 mini/1  cut\n     0.250 mini/1  ends: exit 0\n");
  printed(2, "left");
  collector::RunEnd end;
  end.verdict = "passed";
  EXPECT_EQ(take(end), "     0.250 mini/2  left\n     0.250 dtest  passed, exit 0\n");
  const std::string longest(70'000, 'x');
  EXPECT_EQ(printed(3, longest), "     0.250 mini/3  " + longest + "\n") << "nothing is kept without limit";
}

TEST_F(Log, WhatIsLeftOutIsSaid) {
  EXPECT_EQ(printed(1, "the end\n", 108), "     0.250 mini/1  (100 bytes left out)\n     0.250 mini/1  the end\n");
}

TEST_F(Log, NoColoursAndNoControls) {
  EXPECT_EQ(printed(1, "\x1b[32mgreen\x1b[0m \a\r\n"), "     0.250 mini/1  green \\x07\n");
  EXPECT_EQ(printed(1, "caf\xe9\n"), "     0.250 mini/1  caf\xef\xbf\xbd\n");
}

TEST_F(Log, OfOneNodeOnly) {
  log = LogText("big");
  EXPECT_EQ(printed(1, "from mini\n"), "");
  EXPECT_EQ(take(collector::LogLine{"info", "of dtest", ""}), "");
  EXPECT_EQ(take(collector::NodeSync{"big", "end", false, "no space"}),
            "     0.250 big  the project is not there: no space\n");
}

TEST_F(Log, HooksWithWhatTheyPrinted) {
  collector::NodeSetup setup{{"mini", 0}, "node_setup", ".distributest/node_setup", "start"};
  EXPECT_EQ(take(setup), "     0.250 mini  node_setup: .distributest/node_setup\n");
  setup.phase = "end";
  setup.how = "exit 3";
  setup.secs = 1.5;
  setup.output = {"one\ntwo\n", 8};
  EXPECT_EQ(take(setup), "     0.250 mini  one\n     0.250 mini  two\n     0.250 mini  node_setup: exit 3 after 1.50s\n");
}

}  // namespace
}  // namespace dtest::report
