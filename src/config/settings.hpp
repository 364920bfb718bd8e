// What was said, by whom: every option's value with its origin, before it becomes a typed field.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "config/option.hpp"

namespace dtest::config {

/// Where a value comes from.
struct Origin {
  enum class Kind : std::uint8_t { flag, environment, file, built_in };
  Kind kind = Kind::built_in;
  std::string name;        ///< flag as written ("-j"), variable, path of the file; empty for defaults
  std::uint32_t line = 0;  ///< of the file, from 1

  /// "-j", "DTEST_RUNNERS", "/etc/x.conf:3", "default".
  [[nodiscard]] std::string text() const;
  /// usage for flags and variables, config for files.
  [[nodiscard]] base::ExitCode code() const;
};

/// The value that counts for one option. Of flags: "true" or "false".
struct Setting {
  const Option* option = nullptr;   ///< a row of the table, never null in Settings
  std::vector<std::string> values;  ///< one, or more of a repeatable option; never empty
  Origin origin;                    ///< of the first value
};

/// Throws base::Error when `text` is no value of this option: it names the origin, the value and what is expected.
void check_value(const Option& option, const std::string& text, const Origin& origin);

/// Sources are offered in order of precedence and the first one that has an option wins: a list of a later source is
/// dropped whole, never appended.
class Settings {
 public:
  /// Takes the setting unless an earlier source had it. Throws what check_value throws, even when it is not taken.
  void offer(const Option& option, std::vector<std::string> values, Origin origin);
  [[nodiscard]] const Setting* find(std::string_view name) const;
  [[nodiscard]] const std::vector<Setting>& all() const { return settings_; }

 private:
  std::vector<Setting> settings_;
};

}  // namespace dtest::config
