// One line of a stored event stream as whoever checks it sees it: JSON and nothing else. It shares nothing with the
// types from which the stream was written.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "collector/violation.hpp"

namespace dtest::collector {

/// Every key that is asked for has its type, or that is a violation and the value says least.
class StoredEvent {
 public:
  StoredEvent(nlohmann::json object, std::uint64_t line, Violations& violations)
      : object_(std::move(object)), line_(line), violations_(violations) {}

  [[nodiscard]] std::uint64_t line() const { return line_; }
  [[nodiscard]] const std::string& kind() const { return kind_; }
  void name_kind() { kind_ = text("kind"); }

  /// These must be there.
  [[nodiscard]] std::string text(const char* key) const;
  [[nodiscard]] std::uint64_t number(const char* key) const;
  [[nodiscard]] double measure(const char* key) const;
  /// By reference: a copy of JSON calls itself for each level of it.
  [[nodiscard]] const nlohmann::json& object(const char* key) const;
  [[nodiscard]] const nlohmann::json& list(const char* key) const;
  /// These may be absent.
  [[nodiscard]] std::uint64_t number_if_any(const char* key) const;
  [[nodiscard]] std::string text_if_any(const char* key) const;
  [[nodiscard]] bool flag_if_any(const char* key) const;

  void bad(std::string text) const { violations_.add(line_, std::move(text)); }

 private:
  const nlohmann::json* find(const char* key, bool needed) const;
  void wrong_type(const char* key, std::string_view wanted) const;

  nlohmann::json object_;
  std::uint64_t line_;
  Violations& violations_;
  std::string kind_;
};

}  // namespace dtest::collector
