// Live events: the msgpack map of whoever bound the endpoint, which `dtest events` prints as a line. The first byte
// says how many of the bytes are output.
#include <algorithm>

#include "base/text.hpp"
#include "collector/event_json.hpp"
#include "collector/event_line.hpp"
#include "hold.hpp"

using namespace dtest;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t output = std::min<std::size_t>(data[0], size - 1);
  const std::string_view map = fuzz::text(data + 1, size - 1 - output);
  auto line = collector::event_line(map, fuzz::text(data + size - output, output));
  if (!line) return 0;
  fuzz::hold(line->json.find('\n') == std::string::npos, "it is one line");
  fuzz::hold(base::valid_utf8(line->json) == line->json, "it is UTF-8");
  collector::from_json_line(line->json);
  return 0;
}
