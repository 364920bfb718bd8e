// Removing a directory with all that is in it, when others may be writing there.
#pragma once
#include <string>

#include "system/fd.hpp"

namespace dtest::system {

/// Removes a file, link or whole directory. Follows no link, does not leave the file system on which `path` is,
/// opens directories that their owner closed, and tries again what was added meanwhile. Never throws. True when
/// nothing is left. An empty path, "/" and relative paths are refused.
bool remove_tree(const std::string& path) noexcept;

/// A lock on a directory, until the descriptor is closed; empty when somebody else holds it, or there is none.
UniqueFd hold_directory(const std::string& path) noexcept;
/// As remove_tree, but a directory that somebody holds is in use, and stays. True then, too.
bool remove_unheld_tree(const std::string& path) noexcept;

}  // namespace dtest::system
