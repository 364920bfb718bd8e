// The text of --help, made from the option table.
#pragma once
#include <string>

#include "config/option.hpp"

namespace dtest::config {

/// At most 80 columns wide; ends with a newline. Of Command::run it is also the overview of dtest.
std::string help_text(Command command);

/// How an option is written: "-j, --runners N|auto|-K", "--fail-fast[=N]", "--no-tmpdir".
std::string usage(const Option& option);

}  // namespace dtest::config
