#include "cli/event_filter.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace dtest::cli {
namespace {

std::string line(int seq, const std::string& kind, const std::string& more = "") {
  return "{\"seq\":" + std::to_string(seq) + ",\"kind\":\"" + kind + "\"" + more + "}";
}

TEST(EventFilter, WantsAllUnlessTold) {
  EventFilter filter(0, {});
  EXPECT_TRUE(filter.look(line(1, "run.start")).wanted);
  const auto end = filter.look(line(2, "run.end", ",\"last\":true"));
  EXPECT_TRUE(end.wanted && end.last);
}

TEST(EventFilter, TakesKindsAndSortsOfThem) {
  EventFilter filter(2, {"test", "run.end"});
  EXPECT_FALSE(filter.look(line(1, "test.end")).wanted) << "too early";
  EXPECT_TRUE(filter.look(line(2, "test.end")).wanted);
  EXPECT_FALSE(filter.look(line(3, "run.start")).wanted);
  EXPECT_TRUE(filter.look(line(4, "run.end")).wanted);
}

TEST(EventFilter, CountsWhatIsMissing) {
  EventFilter filter(0, {"run.end"});
  EXPECT_EQ(filter.look(line(7, "file.end")).missed, 0U) << "who comes late has missed nothing yet";
  EXPECT_EQ(filter.look(line(8, "file.end")).missed, 0U);
  EXPECT_EQ(filter.look(line(12, "file.end")).missed, 3U);
  EXPECT_EQ(filter.look(line(12, "stream.beat")).missed, 0U);
  EXPECT_EQ(filter.look(line(13, "run.end")).missed, 0U);
}

TEST(EventFilter, LearnsInSilenceWhatIsMissing) {
  EventFilter filter(0, {});
  EXPECT_EQ(filter.look(line(4, "stream.hello")).missed, 0U);
  EXPECT_EQ(filter.look(line(5, "test.end")).missed, 0U);
  const auto beat = filter.look(line(8, "stream.beat"));
  EXPECT_EQ(beat.missed, 3U);
  EXPECT_EQ(beat.before, 9U);
  EXPECT_EQ(filter.look(line(9, "test.end")).missed, 0U) << "told once";
}

TEST(EventFilter, LeavesOutWhatIsNoEvent) {
  EventFilter filter(0, {});
  for (const char* bad : {"", "[]", "{}", "{\"seq\":-1}", "{\"seq\":\"1\"}", "{"}) EXPECT_FALSE(filter.look(bad).wanted);
}

TEST(EventFilter, RefusesUnknownKinds) {
  try {
    EventFilter filter(0, {"tests"});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_NE(std::string(error.what()).find("'tests'"), std::string::npos);
  }
}

}  // namespace
}  // namespace dtest::cli
