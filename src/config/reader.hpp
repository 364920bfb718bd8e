// Typed reading of checked settings.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "config/value.hpp"

namespace dtest::config {

/// Borrows the settings. Values have passed check_value, so nothing here fails; what was not set is empty or zero.
class Reader {
 public:
  explicit Reader(const Settings& settings) : settings_(settings) {}

  [[nodiscard]] bool has(std::string_view name) const { return settings_.find(name) != nullptr; }
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const {
    const Setting* setting = settings_.find(name);
    return setting == nullptr ? std::vector<std::string>() : setting->values;
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    const Setting* setting = settings_.find(name);
    return setting == nullptr ? std::string() : setting->values.front();
  }
  [[nodiscard]] bool flag(std::string_view name) const { return parse_bool(text(name)).value_or(false); }
  [[nodiscard]] std::uint64_t number(std::string_view name) const { return parse_number(text(name)).value_or(0); }
  [[nodiscard]] std::uint64_t size(std::string_view name) const { return parse_size(text(name)).value_or(0); }
  [[nodiscard]] Runners runners(std::string_view name) const { return parse_runners(text(name)).value_or(Runners{}); }
  [[nodiscard]] base::Duration duration(std::string_view name) const {
    return parse_duration(text(name)).value_or(base::Duration::zero());
  }

 private:
  const Settings& settings_;
};

}  // namespace dtest::config
