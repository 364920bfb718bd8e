// What of a command line says how the project is run, not what of it.
#pragma once
#include <string>
#include <vector>

#include "config/flags.hpp"

namespace dtest::config {

/// Those flags of `dtest run`, as they can be typed again; "-C" and its directory first, where they were given.
std::vector<std::string> manner_of(const Flags& flags);
/// The flags of an `earlier` run, for commands that are typed where those of `own` are.
std::vector<std::string> moved(const std::vector<std::string>& earlier, const std::vector<std::string>& own);

}  // namespace dtest::config
