// One event of each kind with every field set, for tests of whatever encodes or shows them.
#pragma once
#include <vector>

#include "collector/event_json.hpp"

namespace dtest::collector {

std::vector<Envelope> sample_events();
StreamInfo sample_stream();

}  // namespace dtest::collector
