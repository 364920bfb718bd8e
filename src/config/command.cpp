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

using Named = std::pair<std::string_view, Command>;
constexpr std::array kCommands{Named{"run", Command::run},         Named{"plan", Command::run},
                               Named{"reproduce", Command::run},   Named{"bisect", Command::bisect},
                               Named{"list", Command::list},       Named{"debug", Command::debug},
                               Named{"keygen", Command::keygen},
                               Named{"show", Command::show},       Named{"history", Command::history},
                               Named{"slow", Command::slow},       Named{"flaky", Command::flaky},
                               Named{"events", Command::events},   Named{"report", Command::report},
                               Named{"config", Command::config},   Named{"completion", Command::completion},
                               Named{"version", Command::version}, Named{"help", Command::help},
                               Named{"nodes", Command::nodes},     Named{"log", Command::log}};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& [name, command] : kCommands) all.emplace_back(name);
  return all;
}

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

std::vector<std::string> all_commands() { return names(); }

std::string command_names() { return base::join(names(), ", "); }

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
  std::string text = fmt::format("'{}' is neither a command nor a file", word);
  std::string nearest = base::nearest(word, names());
  if (nearest == word) {
    text = fmt::format("the command comes first: dtest {} ...", word);
  } else if (nearest.empty()) {
    text += fmt::format("; the commands are {}", command_names());
  } else {
    text += fmt::format("; did you mean 'dtest {}'?", nearest);
  }
  throw base::Error(base::ExitCode::usage, text);
}

}  // namespace dtest::config
