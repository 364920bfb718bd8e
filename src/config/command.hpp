// Which command an argument list asks for.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.hpp"

namespace dtest::config {

/// The command's name as it is typed; a command of dtest.
std::optional<Command> command_named(std::string_view word);

/// Every command of dtest as it is typed.
std::vector<std::string> all_commands();

/// Of all commands of dtest: "run, list, ...".
std::string command_names();

/// A command and where its arguments begin.
struct Chosen {
  Command command = Command::run;
  bool named = false;  ///< the first argument was the command's name
};

/// A first word that is no command and no flag makes it "run" when it looks like a path. `directory` is where paths
/// start. Throws base::Error (64) with the nearest command otherwise.
Chosen choose_command(const std::vector<std::string>& arguments, const std::string& directory);

/// Throws the same for a word that stands where a path is expected but can be none.
void check_path(const std::string& word, const std::string& directory);

}  // namespace dtest::config
