// The JSON Schema of the event stream, made from the shape of its structs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dtest::collector {

/// Draft 2020-12, one JSON object with a final newline. What must be there is what this version writes; further kinds
/// and fields are allowed, for the stream grows.
std::string event_schema();

/// "stream.hello", ...: every kind, in the order of dtest-events(7).
std::vector<std::string_view> kind_names();

}  // namespace dtest::collector
