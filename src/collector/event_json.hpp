// Events as JSON, one object a line: `--events FILE`, stored runs, `dtest events`. See dtest-events(7).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "collector/event.hpp"

namespace dtest::collector {

/// The version of the stream: adding raises the minor, removing or changing the major (also in the topic).
inline constexpr std::string_view kStreamVersion = "1.0";

/// Who publishes: the same for all events of a stream.
struct StreamInfo {
  std::string stream;  ///< publisher and start, so that two streams of one run are told apart
  std::string run;     ///< 32 hexadecimal digits
};

/// One JSON object without a final newline. Valid JSON and UTF-8 whatever bytes the event holds (what is not UTF-8
/// is replaced, numbers that are not finite become 0); seconds are rounded to microseconds.
std::string to_json_line(const Envelope& envelope, const StreamInfo& info);

/// The event of a stored line; fills `info` when given. Nothing when the line is no event object, its major version
/// is not ours or its kind is unknown. Unknown fields are ignored, absent ones keep their defaults, an unknown
/// status reads as `error`. Never throws.
std::optional<Envelope> from_json_line(std::string_view line, StreamInfo* info = nullptr);

}  // namespace dtest::collector
