// What the shells' scripts have in common. Used by completion*.cpp only.
#pragma once
#include <string>
#include <vector>

#include "config/completion.hpp"

namespace dtest::config {

/// Commands that take the same flags and arguments, joined by the separator: "run|plan".
struct CommandGroup {
  std::vector<std::string> names;  ///< empty: dtestd
  Command command = Command::run;
  Candidates arguments;
};
std::vector<CommandGroup> command_groups();

/// Options of a command, in the order of the table.
std::vector<const Option*> options_of(Command command);

std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace dtest::config
