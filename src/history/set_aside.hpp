// Puts an unusable database out of the way without losing it.
#pragma once
#include <string>

#include "history/schema.hpp"

namespace dtest::history {

/// Renames PATH (with its journals) to PATH.damaged-N or PATH.newer-N, N from 1 to 9 (the ninth is replaced).
/// Two runs may find the same damage: the one that comes second finds the file gone or sound, and leaves it alone.
/// `broken_content`: the damage was met while reading or writing, where looking at the head of the file sees nothing.
/// Returns the sentence for people; empty when there was nothing to do; throws std::system_error when renaming failed.
std::string set_aside(const std::string& path, bool broken_content);

}  // namespace dtest::history
