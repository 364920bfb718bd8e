// What to say about a flag that a command does not have.
#pragma once
#include <string>

#include "config/option.hpp"

namespace dtest::config {

/// The whole message. `flag` with its dashes, without its value.
std::string unknown_flag(Command command, const std::string& flag);

}  // namespace dtest::config
