#include "config/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"

namespace dtest::config {
namespace {

constexpr std::array<std::pair<std::string_view, Command>, 7> kCommands{{{"run", Command::run},
                                                                         {"list", Command::list},
                                                                         {"debug", Command::debug},
                                                                         {"events", Command::events},
                                                                         {"report", Command::report},
                                                                         {"version", Command::version},
                                                                         {"help", Command::help}}};

// With --directory, whether a word is a file is known only when the flags have been read.
bool elsewhere(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& a) { return a.starts_with("-C") || a.starts_with("--directory"); });
}

}  // namespace

std::optional<Command> command_named(std::string_view word) {
  for (const auto& [name, command] : kCommands) {
    if (name == word) return command;
  }
  return std::nullopt;
}

Chosen choose_command(const std::vector<std::string>& arguments, const std::string& directory) {
  if (arguments.empty()) return {};
  if (auto command = command_named(arguments.front())) return {*command, true};
  const std::string& word = arguments.front();
  if (!word.empty() && !word.starts_with('-') && !elsewhere(arguments)) check_path(word, directory);
  return {};
}

void check_path(const std::string& word, const std::string& directory) {
  if (word.find_first_of("/.*:") != std::string::npos) return;
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::path(directory) / word, ignored)) return;
  std::vector<std::string> names;
  names.reserve(kCommands.size());
  for (const auto& [name, command] : kCommands) names.emplace_back(name);
  std::string text = fmt::format("'{}' is neither a command nor a file", word);
  std::string nearest = base::nearest(word, names);
  if (nearest == word) {
    text = fmt::format("the command comes first: dtest {} ...", word);
  } else if (nearest.empty()) {
    text += fmt::format("; the commands are {}", base::join(names, ", "));
  } else {
    text += fmt::format("; did you mean 'dtest {}'?", nearest);
  }
  throw base::Error(base::ExitCode::usage, text);
}

}  // namespace dtest::config
