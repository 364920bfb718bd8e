// Values as people write them. Pure; nothing means "not written like that", ranges are the caller's business.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace dtest::config {

/// How many runners: a number, one a core, or all cores but some.
struct Runners {
  enum class Kind : std::uint8_t { count, automatic, all_but };
  Kind kind = Kind::automatic;
  std::uint32_t number = 0;  ///< of runners, or of cores to leave alone

  /// The number on a machine with so many cores: at least 1, at most 1,024.
  [[nodiscard]] std::uint32_t resolve(std::uint32_t cores) const;
  friend bool operator==(const Runners&, const Runners&) = default;
};

/// "4", "auto", "-1".
std::optional<Runners> parse_runners(std::string_view text);

/// Decimal digits only, at most 18.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// "10" and "10s" are ten seconds; "0.5", "250ms", "5m", "1h".
std::optional<base::Duration> parse_duration(std::string_view text);

/// Bytes: "512", "64K", "1M", "2G" (powers of 1,024).
std::optional<std::uint64_t> parse_size(std::string_view text);

/// on, yes, true, 1; off, no, false, 0.
std::optional<bool> parse_bool(std::string_view text);

/// Words of a command line, with the quoting of a shell ('...', "...", \c) and nothing else of it.
/// Nothing: a quote is not closed.
std::optional<std::vector<std::string>> parse_words(std::string_view text);

}  // namespace dtest::config
