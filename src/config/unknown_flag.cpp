#include "config/unknown_flag.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace dtest::config {
namespace {

// "'--json' is a flag of dtest list and dtest version", or nothing.
std::string elsewhere(const std::string& flag) {
  for (const Option& option : option_table()) {
    if (flag != fmt::format("--{}", option.name) && flag != fmt::format("-{}", option.letter)) continue;
    std::vector<std::string> programs;
    for (Command command : commands_of(option)) programs.emplace_back(program(command));
    const std::string last = programs.back();
    programs.pop_back();
    const std::string others = programs.empty() ? "" : base::join(programs, ", ") + " and ";
    return fmt::format("'{}' is a flag of {}{}", flag, others, last);
  }
  return {};
}

std::string nearest_flag(Command command, const std::string& flag) {
  std::vector<std::string> names;
  for (const Option& option : option_table()) {
    if (option.applies_to(command)) names.push_back(fmt::format("--{}", option.name));
  }
  return flag.starts_with("--") ? base::nearest(flag, names) : std::string();
}

bool runs_tests(Command command) { return command == Command::run || command == Command::list; }

}  // namespace

std::string unknown_flag(Command command, const std::string& flag) {
  if (flag == "-n" && runs_tests(command)) {
    return "'-n' means different things elsewhere, so it means nothing here: the number of runners is '-j N', "
           "examples are chosen by name with '-e TEXT', and what would run is shown by 'dtest list'";
  }
  if (flag == "--name" && command == Command::list)
    return "'--name' means nothing to dtest list; examples are chosen by name with '-e TEXT'";
  std::string help = fmt::format("see '{} --help'", program(command));
  std::string other = elsewhere(flag);
  if (!other.empty()) return fmt::format("{}, not of {}; {}", other, program(command), help);
  std::string nearest = nearest_flag(command, flag);
  if (!nearest.empty()) return fmt::format("unknown flag '{}'; did you mean '{}'? {}", flag, nearest, help);
  std::string framework = runs_tests(command) ? "flags of the test framework come after '--'; " : "";
  return fmt::format("unknown flag '{}'; {}{}", flag, framework, help);
}

}  // namespace dtest::config
