// Stored event streams: lines of JSON that anybody may have written.
#include "collector/event_frames.hpp"
#include "collector/event_json.hpp"
#include "collector/event_line.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  collector::StreamInfo info;
  auto once = collector::from_json_line(fuzz::text(data, size), &info);
  if (!once) return 0;
  const std::string line = collector::to_json_line(*once, info);
  auto twice = collector::from_json_line(line, &info);
  fuzz::hold(twice.has_value(), "a line that was written is read:", line);
  fuzz::hold(collector::to_json_line(*twice, info) == line, "it says the same again:", line);
  const collector::Frames frames = collector::to_msgpack(*once, info);
  auto live = collector::event_line(frames.map, frames.raw.value_or(""));
  fuzz::hold(live.has_value(), "a live event is read:", line);
  fuzz::hold(live->seq == once->seq && live->last == once->last, "it has its number:", live->json);
  return 0;
}
