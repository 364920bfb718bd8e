// Flags and positional arguments of one command, as Boost.Program_options splits them.
#pragma once
#include <string>
#include <vector>

#include "config/option.hpp"
#include "config/settings.hpp"

namespace dtest::config {

/// What a command line holds, unchecked but for its form.
struct Flags {
  std::vector<Setting> settings;  ///< one an option, in the order of its first use
  std::vector<std::string> positionals;
  std::vector<std::string> after_dashes;  ///< what follows "--"
  bool dashes = false;                    ///< "--" was there
};

/// `arguments` are those after the command's name. Names are never guessed from a prefix. Throws base::Error (64) that
/// names the argument: an unknown flag (with the nearest one), a value that is missing or too many, an option that is
/// given twice with different values and takes one.
/// `variable`: the arguments are those of an environment variable of this name, which becomes their origin.
Flags parse_flags(Command command, const std::vector<std::string>& arguments, const std::string& variable = "");

}  // namespace dtest::config
