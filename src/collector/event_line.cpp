#include "collector/event_line.hpp"

#include <msgpack.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace dtest::collector {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostLevels = 64;

// The reader and the writer of JSON call themselves for each level, and would run out of stack.
class Shallow : public msgpack::null_visitor {
 public:
  bool start_array(std::uint32_t /*size*/) { return ++level_ <= kMostLevels; }
  bool end_array() { return level_-- > 0; }
  bool start_map(std::uint32_t /*size*/) { return ++level_ <= kMostLevels; }
  bool end_map() { return level_-- > 0; }

 private:
  int level_ = 0;
};

bool is_shallow(std::string_view map) {
  Shallow visitor;
  std::size_t end = 0;
  return msgpack::parse(map.data(), map.size(), end, visitor) && end == map.size();
}

}  // namespace

std::optional<EventLine> event_line(std::string_view map, std::string_view output) {
  if (!is_shallow(map)) return std::nullopt;
  Json json = Json::from_msgpack(map.begin(), map.end(), true, false);
  if (!json.is_object()) return std::nullopt;
  EventLine line;
  if (auto seq = json.find("seq"); seq != json.end() && seq->is_number_unsigned()) line.seq = seq->get<std::uint64_t>();
  if (auto last = json.find("last"); last != json.end() && last->is_boolean()) line.last = last->get<bool>();
  if (auto kept = json.find("output"); kept != json.end() && kept->is_object())
    (*kept)["text"] = base::valid_utf8(output);
  line.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return line;
}

}  // namespace dtest::collector
