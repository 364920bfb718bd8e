#include <cmath>
#include <concepts>
#include <limits>
#include <nlohmann/json.hpp>

#include "collector/event_json.hpp"
#include "collector/shape.hpp"

namespace dtest::collector {
namespace {

using Json = nlohmann::json;

constexpr int kMostCauses = 16;

// Takes what fits and leaves the rest at its default: stored files outlive versions.
class Reader {
 public:
  Reader(const Json& object, int depth) : object_(object), depth_(depth) {}

  template <class T> void operator()(std::string_view key, T& value) const {
    auto found = object_.find(key);
    if (found != object_.end()) read(*found, value);
  }

 private:
  void read(const Json& json, std::string& value) const {
    if (json.is_string()) value = json.get<std::string>();
  }
  void read(const Json& json, bool& value) const {
    if (json.is_boolean()) value = json.get<bool>();
  }
  void read(const Json& json, double& value) const {
    if (json.is_number()) value = json.get<double>();
  }
  void read(const Json& json, std::integral auto& value) const {
    using T = std::remove_reference_t<decltype(value)>;
    if (json.is_number_unsigned()) {
      auto n = json.get<std::uint64_t>();
      if (n <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())) value = static_cast<T>(n);
    } else if (json.is_number_integer() && std::signed_integral<T>) {
      auto n = json.get<std::int64_t>();
      if (n >= static_cast<std::int64_t>(std::numeric_limits<T>::min())) value = static_cast<T>(n);
    }
  }
  void read(const Json& json, Status& value) const {
    if (json.is_string()) value = status_from(json.get_ref<const std::string&>()).value_or(Status::error);
  }
  void read(const Json& json, Output& value) const {
    if (!json.is_object()) return;
    Reader inner(json, depth_ + 1);
    inner("text", value.bytes);
    inner("total", value.total);
  }
  template <class T> void read(const Json& json, std::optional<T>& value) const {
    if (json.is_null()) return;
    read(json, value.emplace());
  }
  template <class T> void read(const Json& json, std::vector<T>& value) const {
    if (!json.is_array() || depth_ > kMostCauses) return;
    for (const Json& item : json) read(item, value.emplace_back());
  }
  template <class T> void read(const Json& json, std::map<std::string, T>& value) const {
    if (!json.is_object()) return;
    for (const auto& [key, item] : json.items()) read(item, value[key]);
  }
  template <Shaped T> void read(const Json& json, T& value) const {
    if (!json.is_object()) return;
    Reader inner(json, depth_ + 1);
    fields(inner, value);
  }

  const Json& object_;
  int depth_;
};

template <std::size_t... I> std::optional<Event> event_named(std::string_view kind, std::index_sequence<I...>) {
  std::optional<Event> event;
  auto consider = [&](Event candidate) {
    if (!event && kind_name(candidate) == kind) event = std::move(candidate);
  };
  (consider(Event(std::in_place_index<I>)), ...);
  return event;
}

bool ours(const std::string& version) { return version.starts_with("1."); }

}  // namespace

std::optional<Envelope> from_json_line(std::string_view line, StreamInfo* info) {
  Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Reader read(json, 0);
  std::string version;
  std::string kind;
  read("v", version);
  read("kind", kind);
  if (!ours(version)) return std::nullopt;
  std::optional<Event> event = event_named(kind, std::make_index_sequence<std::variant_size_v<Event>>{});
  if (!event) return std::nullopt;
  Envelope envelope;
  envelope.event = std::move(*event);
  read("seq", envelope.seq);
  read("ts", envelope.ts.us);
  read("elapsed", envelope.elapsed);
  read("last", envelope.last);
  if (info != nullptr) {
    read("stream", info->stream);
    read("run", info->run);
  }
  std::visit([&](auto& e) { fields(read, e); }, envelope.event);
  return envelope;
}

}  // namespace dtest::collector
