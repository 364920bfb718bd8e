// Which set-up hooks a run has: found and looked at before anything is started.
#pragma once
#include <map>
#include <string>

#include "config/options.hpp"

namespace dtest::cli {

/// Absolute paths by the names of doc/protocol.md §8, without those that nobody wrote. Throws base::Error (78) for one
/// that is there and cannot be used, and for one that was named and is not there.
std::map<std::string, std::string> find_hooks(const config::Hooks& hooks);

}  // namespace dtest::cli
