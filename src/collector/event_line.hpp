// A live event as the line that a stored file would have. The bytes are those of whoever bound the socket.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dtest::collector {

struct EventLine {
  std::string json;        ///< one object, UTF-8, without a final newline; keys in the order in which they came
  std::uint64_t seq = 0;   ///< 0: it has none
  bool last = false;
};

/// `map` is the second frame, `output` the third or empty. Nothing when it is not exactly one msgpack map of at most
/// 64 levels. What it means is not looked at. Never throws.
std::optional<EventLine> event_line(std::string_view map, std::string_view output);

}  // namespace dtest::collector
