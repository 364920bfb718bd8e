#include "collector/stored_event.hpp"

#include <fmt/format.h>

namespace dtest::collector {

using Json = nlohmann::json;

const Json* StoredEvent::find(const char* key, bool needed) const {
  auto found = object_.find(key);
  if (found != object_.end()) return &*found;
  if (needed) bad(fmt::format("{} lacks '{}'", kind_.empty() ? "the event" : kind_, key));
  return nullptr;
}

void StoredEvent::wrong_type(const char* key, std::string_view wanted) const {
  bad(fmt::format("'{}' of {} is not {}", key, kind_.empty() ? "the event" : kind_, wanted));
}

std::string StoredEvent::text(const char* key) const {
  const Json* value = find(key, true);
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  wrong_type(key, "a text");
  return {};
}

std::uint64_t StoredEvent::number(const char* key) const {
  const Json* value = find(key, true);
  if (value == nullptr) return 0;
  if (value->is_number_unsigned()) return value->get<std::uint64_t>();
  wrong_type(key, "a whole number");
  return 0;
}

std::uint64_t StoredEvent::number_if_any(const char* key) const {
  return find(key, false) == nullptr ? 0 : number(key);
}

std::string StoredEvent::text_if_any(const char* key) const {
  return find(key, false) == nullptr ? std::string() : text(key);
}

double StoredEvent::measure(const char* key) const {
  const Json* value = find(key, true);
  if (value == nullptr) return 0;
  if (value->is_number()) return value->get<double>();
  wrong_type(key, "a number");
  return 0;
}

bool StoredEvent::flag_if_any(const char* key) const {
  const Json* value = find(key, false);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  wrong_type(key, "true or false");
  return false;
}

const Json& StoredEvent::object(const char* key) const {
  static const Json kNone = Json::object();
  const Json* value = find(key, true);
  if (value == nullptr) return kNone;
  if (value->is_object()) return *value;
  wrong_type(key, "an object");
  return kNone;
}

const Json& StoredEvent::list(const char* key) const {
  static const Json kNone = Json::array();
  const Json* value = find(key, true);
  if (value == nullptr) return kNone;
  if (value->is_array()) return *value;
  wrong_type(key, "a list");
  return kNone;
}

}  // namespace dtest::collector
