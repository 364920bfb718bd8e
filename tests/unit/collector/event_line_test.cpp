#include "collector/event_line.hpp"

#include <gtest/gtest.h>

#include "collector/event_frames.hpp"
#include "collector/event_json.hpp"
#include "event_samples.hpp"

namespace dtest::collector {
namespace {

TEST(EventLine, IsTheLineOfTheFile) {
  const StreamInfo info = sample_stream();
  for (const Envelope& envelope : sample_events()) {
    const Frames frames = to_msgpack(envelope, info);
    auto line = event_line(frames.map, frames.raw.value_or(""));
    ASSERT_TRUE(line) << frames.topic;
    EXPECT_EQ(line->seq, envelope.seq);
    EXPECT_EQ(line->last, envelope.last);
    auto back = from_json_line(line->json);
    ASSERT_TRUE(back) << line->json;
    EXPECT_EQ(kind_name(back->event), kind_name(envelope.event));
  }
}

TEST(EventLine, KeepsWhatItDoesNotKnow) {
  auto line = event_line("\x82\xa3new\xa1x\xa3seq\x07", "");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->json, R"({"new":"x","seq":7})");
  EXPECT_EQ(line->seq, 7U);
}

TEST(EventLine, TakesNoOtherTypesForNumberAndLast) {
  auto line = event_line("\x82\xa3seq\xff\xa4last\xa3yes", "");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->seq, 0U);
  EXPECT_FALSE(line->last);
}

TEST(EventLine, RefusesWhatIsNoMapOfBoundedDepth) {
  EXPECT_FALSE(event_line("", ""));
  EXPECT_FALSE(event_line("\x91\x01", ""));
  EXPECT_FALSE(event_line("\x80\x80", ""));
  EXPECT_FALSE(event_line("\x81\xa1x", ""));
  auto nested = [](std::size_t levels) { return "\x81\xa1x" + std::string(levels, '\x91') + "\xc0"; };
  EXPECT_TRUE(event_line(nested(63), ""));
  EXPECT_FALSE(event_line(nested(64), ""));
  EXPECT_FALSE(event_line(nested(1'000'000), ""));
}

}  // namespace
}  // namespace dtest::collector
