// Events on the socket: topic, msgpack map and, when the event has output, its raw bytes. See dtest-events(7).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "collector/event_json.hpp"

namespace dtest::collector {

/// The frames of one message, in order. `raw` is a frame only when present.
struct Frames {
  std::string topic;
  std::string map;
  std::optional<std::string> raw;
};

/// "dt1.SCOPE.RUN8.KIND": scope `out` for out.chunk, `node` for node.*, else `run`. `run` is the run's hexadecimal
/// name, of which eight digits are used.
std::string topic(const Envelope& envelope, std::string_view run);

/// The map has the keys and values of the JSON line, except `output`, which has no `text`: its bytes are `raw`.
Frames to_msgpack(const Envelope& envelope, const StreamInfo& info);

}  // namespace dtest::collector
