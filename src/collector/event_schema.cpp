#include "collector/event_schema.hpp"

#include <concepts>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "collector/event_json.hpp"
#include "collector/shape.hpp"

namespace dtest::collector {
namespace {

using Json = nlohmann::ordered_json;

Json text() { return {{"type", "string"}}; }
Json number() { return {{"type", "number"}}; }
Json flag() { return {{"type", "boolean"}}; }
Json whole() { return {{"type", "integer"}}; }
Json natural() { return {{"type", "integer"}, {"minimum", 0}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }
Json reference(const std::string& name) { return {{"$ref", "#/$defs/" + name}}; }

// A word of a status that a reader does not know is none of its mistakes.
Json status() {
  Json known = Json::array();
  for (int i = 0; i <= static_cast<int>(Status::not_run); ++i) known.push_back(name(static_cast<Status>(i)));
  return {{"type", "string"}, {"examples", std::move(known)}};
}

/// Gathers the properties of one struct.
class Properties {
 public:
  template <class T> void operator()(std::string_view key, const T& value) {
    properties_[std::string(key)] = of(value);
    required_.emplace_back(key);
  }
  template <class T> void operator()(std::string_view key, const std::optional<T>& /*value*/) {
    properties_[std::string(key)] = of(T{});
  }
  template <class T> void operator()(Sparse key, const T& value) { properties_[std::string(key.name)] = of(value); }
  [[nodiscard]] Json object() const {
    Json json{{"type", "object"}, {"properties", properties_}};
    if (!required_.empty()) json["required"] = required_;
    return json;
  }

 private:
  static Json of(const std::string& /*value*/) { return text(); }
  static Json of(bool /*value*/) { return flag(); }
  static Json of(double /*value*/) { return number(); }
  template <std::unsigned_integral T> static Json of(T /*value*/) { return natural(); }
  template <std::signed_integral T> static Json of(T /*value*/) { return whole(); }
  static Json of(Status /*value*/) { return status(); }
  static Json of(const Output& /*value*/) { return reference("output"); }
  static Json of(const Exception& /*value*/) { return reference("exception"); }
  template <class T> static Json of(const std::vector<T>& /*value*/) { return list_of(of(T{})); }
  template <class T> static Json of(const std::map<std::string, T>& /*value*/) {
    return {{"type", "object"}, {"additionalProperties", of(T{})}};
  }
  template <Shaped T> static Json of(const T& value);

  Json properties_ = Json::object();
  std::vector<std::string> required_;
};

template <class T> Json object_of(const T& value) {
  Properties properties;
  fields(properties, value);
  return properties.object();
}

template <Shaped T> Json Properties::of(const T& value) { return object_of(value); }

Json output() {
  return {{"type", "object"},
          {"properties", {{"bytes", natural()}, {"total", natural()}, {"truncated", flag()}, {"text", text()}}},
          {"required", {"bytes", "total", "truncated"}}};
}

template <std::size_t... I> std::vector<Event> every_kind(std::index_sequence<I...> /*all*/) {
  return {Event(std::in_place_index<I>)...};
}

std::vector<Event> every_kind() { return every_kind(std::make_index_sequence<std::variant_size_v<Event>>{}); }

Json when(std::string_view kind) {
  return {{"if", {{"properties", {{"kind", {{"const", kind}}}}}}}, {"then", reference(std::string(kind))}};
}

}  // namespace

std::vector<std::string_view> kind_names() {
  std::vector<std::string_view> names;
  for (const Event& event : every_kind()) names.push_back(kind_name(event));
  return names;
}

std::string event_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "An event of a run of dtest: see dtest-events(7)"},
              {"type", "object"}};
  schema["properties"] = {{"v", {{"type", "string"}, {"pattern", "^1\\."}}}, {"stream", text()}, {"seq", natural()},
                          {"ts", whole()}, {"elapsed", number()}, {"kind", text()}, {"run", text()},
                          {"last", {{"const", true}}}};
  schema["required"] = {"v", "stream", "seq", "ts", "elapsed", "kind", "run"};
  schema["allOf"] = Json::array();
  Json definitions{{"output", output()}, {"exception", object_of(Exception{})}};
  for (const Event& event : every_kind()) {
    schema["allOf"].push_back(when(kind_name(event)));
    definitions[std::string(kind_name(event))] = std::visit([](const auto& e) { return object_of(e); }, event);
  }
  schema["$defs"] = std::move(definitions);
  return schema.dump(2) + "\n";
}

}  // namespace dtest::collector
