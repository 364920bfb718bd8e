#include "collector/event_frames.hpp"

#include <gtest/gtest.h>

#include <msgpack.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "event_samples.hpp"

namespace dtest::collector {
namespace {

nlohmann::json decoded(const std::string& map) {
  msgpack::object_handle handle = msgpack::unpack(map.data(), map.size());
  std::ostringstream text;
  text << handle.get();
  return nlohmann::json::parse(text.str(), nullptr, false);
}

Envelope with(Event event) {
  Envelope e;
  e.event = std::move(event);
  return e;
}

TEST(Topic, HasScopeRunAndKind) {
  std::string run = "b0b38ba700112233445566778899aabb";
  EXPECT_EQ(topic(with(TestEnd{}), run), "dt1.run.b0b38ba7.test.end");
  EXPECT_EQ(topic(with(OutChunk{}), run), "dt1.out.b0b38ba7.out.chunk");
  EXPECT_EQ(topic(with(NodeLost{}), run), "dt1.node.b0b38ba7.node.lost");
  EXPECT_EQ(topic(with(StreamBeat{}), run), "dt1.run.b0b38ba7.stream.beat");
}

TEST(Msgpack, HasTheKeysOfTheJsonLine) {
  for (const Envelope& e : sample_events()) {
    nlohmann::json line = nlohmann::json::parse(to_json_line(e, sample_stream()));
    nlohmann::json map = decoded(to_msgpack(e, sample_stream()).map);
    ASSERT_TRUE(map.is_object()) << kind_name(e.event);
    if (line.contains("output")) line["output"].erase("text");
    EXPECT_EQ(map, line) << kind_name(e.event);
  }
}

TEST(Msgpack, OutputIsAFrameOfItsOwn) {
  Frames frames = to_msgpack(with(OutChunk{{"local", 1}, "a", "b", {std::string("\xff\0x", 3), 9}}), {});
  ASSERT_TRUE(frames.raw);
  EXPECT_EQ(*frames.raw, std::string("\xff\0x", 3));
  nlohmann::json map = decoded(frames.map);
  EXPECT_EQ(map["output"], (nlohmann::json{{"bytes", 3}, {"total", 9}, {"truncated", true}}));
  EXPECT_FALSE(to_msgpack(with(OutChunk{}), {}).raw) << "nothing was written";
  EXPECT_FALSE(to_msgpack(with(RunKill{}), {}).raw);
}

}  // namespace
}  // namespace dtest::collector
