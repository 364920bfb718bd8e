// Forgets files that are no more.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "history/sqlite.hpp"

namespace dtest::history {

struct KeepLimits {
  std::int64_t age_us = 90LL * 24 * 3600 * 1'000'000;  ///< vanished files are kept for so long
  std::int64_t files = 100'000;                        ///< with more rows than this, vanished ones go at any age
  std::int64_t looked_at = 20'000;                     ///< rows considered in one go, oldest first
};

/// Whether a path (relative to the project) still exists.
using IsThere = std::function<bool(const std::string& path)>;

/// Removes rows of vanished files; those of existing files stay however old they are, for a partial run must lose
/// nothing. Returns how many files were forgotten. Throws SqliteError.
std::int64_t prune(Database& database, std::int64_t now_us, const IsThere& is_there, const KeepLimits& limits = {});

}  // namespace dtest::history
