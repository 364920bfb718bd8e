#include "report/outgrown.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

collector::RunnerEnd end(std::uint32_t runner, std::uint64_t rss_kb, const char* reason = "memory") {
  return {{"local", runner}, 1, "exit 0", reason, rss_kb};
}

struct Replaced : testing::Test {
  Outgrown outgrown;
  Look look;
  [[nodiscard]] std::string text() const {
    Lines lines = outgrown.lines(look);
    return lines.empty() ? "" : lines.front();
  }
  void SetUp() override {
    look.width = 100;
    look.single_node = true;
  }
};

TEST_F(Replaced, NothingIsSaidOfNone) {
  outgrown.add(end(1, 900 << 10, ""));
  EXPECT_EQ(text(), "");
}

TEST_F(Replaced, OneIsSaidWithItsSize) {
  outgrown.add(end(2, 812 << 10));
  EXPECT_EQ(text(), "memory   runner 2 replaced once at 812 MiB");
}

TEST_F(Replaced, SeveralTimesAreOnePart) {
  outgrown.add(end(2, 812 << 10));
  outgrown.add(end(2, 1900 << 10));
  outgrown.add(end(1, 801 << 10));
  EXPECT_NE(text().find("runner 1 replaced once at 801 MiB"), std::string::npos) << text();
  EXPECT_NE(text().find("runner 2 replaced 2 times at up to 1.9 GiB"), std::string::npos) << text();
}

}  // namespace
}  // namespace dtest::report
