#include "config/flags.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/cmdline.hpp>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/unknown_flag.hpp"

namespace dtest::config {
namespace {

namespace po = boost::program_options;
using base::Error;
using base::ExitCode;

po::options_description describe(Command command) {
  po::options_description all;
  for (const Option& option : option_table()) {
    if (!option.applies_to(command)) continue;
    std::string names(option.name);
    if (option.letter != 0) names += fmt::format(",{}", option.letter);
    bool takes_none = option.kind == Kind::flag;
    // Boost's description owns the semantic.
    const po::value_semantic* semantic = takes_none ? new po::untyped_value(true) : new po::untyped_value(false);
    all.add_options()(names.c_str(), semantic);
  }
  return all;
}

// "-2" is the second run before the latest, "-2:1" its first failure.
bool counts_back(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word.find_first_not_of("0123456789:", 1) == std::string_view::npos;
}

std::string spelled_back(std::string_view word) { return fmt::format("latest~{}", word.substr(1)); }

bool names_run(const Option& option) { return option.value.starts_with("RUN"); }

// The option whose value the argument after this one is.
const Option* waits_for_value(Command command, const std::string& argument) {
  if (argument.size() < 2 || argument[0] != '-') return nullptr;
  const Option* option = nullptr;
  if (argument.starts_with("--")) option = find_option(command, argument.substr(2));
  else if (argument.size() == 2) option = find_option(command, argument[1]);
  return option == nullptr || option->kind == Kind::flag || option->optional_value() ? nullptr : option;
}

// Runs that are counted back from the latest get a name that looks like no flag; an option whose value is optional
// gets it spelled out: Boost would take the next argument, which may be a path.
std::vector<std::string> spelled_out(Command command, std::vector<std::string> arguments) {
  const bool words_name_runs = reads_stored_runs(command) || command == Command::report;
  const Option* before = nullptr;  // whose value this argument is
  for (std::string& argument : arguments) {
    const std::size_t value = argument.find('=');
    if (counts_back(argument) && (before != nullptr ? names_run(*before) : words_name_runs))
      argument = spelled_back(argument);
    before = before != nullptr ? nullptr : waits_for_value(command, argument);
    if (!argument.starts_with("--")) continue;
    const Option* option = find_option(command, std::string_view(argument).substr(2, value - 2));
    if (option == nullptr) continue;
    if (value == std::string::npos && option->optional_value()) argument += fmt::format("={}", option->alone);
    else if (value != std::string::npos && names_run(*option) && counts_back(argument.substr(value + 1)))
      argument = argument.substr(0, value + 1) + spelled_back(argument.substr(value + 1));
  }
  return arguments;
}

// Boost names options in ways that differ between its versions; the kinds of mistake do not.
std::string explain(const po::invalid_command_line_syntax& problem, const po::error_with_option_name& named) {
  std::string name = named.get_option_name();
  switch (problem.kind()) {
    case po::invalid_syntax::extra_parameter: return fmt::format("'{}' takes no value", name);
    case po::invalid_syntax::missing_parameter: return fmt::format("'{}' needs a value", name);
    case po::invalid_syntax::empty_adjacent_parameter: return fmt::format("nothing follows '=' of '{}'", name);
    default: return problem.what();
  }
}

std::vector<po::option> boost_options(Command command, const std::vector<std::string>& arguments) {
  po::options_description description = describe(command);
  constexpr int kStyle = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    return po::command_line_parser(spelled_out(command, arguments))
        .options(description)
        .style(kStyle)
        .allow_unregistered()
        .run()
        .options;
  } catch (const po::invalid_command_line_syntax& problem) {
    throw Error(ExitCode::usage, fmt::format("{}; see '{} --help'", explain(problem, problem), program(command)));
  } catch (const po::error& problem) {
    throw Error(ExitCode::usage, fmt::format("{}; see '{} --help'", problem.what(), program(command)));
  }
}

// Boost takes whatever follows an option for its value, "--pattern --exclude x" included.
void check_not_a_flag(const Option& option, const po::option& given) {
  if (option.kind == Kind::runners || given.original_tokens.size() < 2) return;
  const std::string& next = given.original_tokens[1];
  if (next.size() < 2 || next.front() != '-') return;
  throw Error(ExitCode::usage, fmt::format("'{0}' needs a value, and '{1}' looks like a flag; write '--{2}={1}' if it "
                                           "is the value",
                                           given.original_tokens[0], next, option.name));
}

void check_same(const Setting& earlier, const std::string& value) {
  if (earlier.values.back() == value) return;
  throw Error(ExitCode::usage, fmt::format("'--{}' is given twice, as '{}' and as '{}'; it takes one value",
                                           earlier.option->name, earlier.values.back(), value));
}

void add(std::vector<Setting>& settings, const Option& option, std::string value, Origin origin) {
  auto earlier = std::find_if(settings.begin(), settings.end(), [&](const Setting& s) { return s.option == &option; });
  if (earlier == settings.end()) {
    settings.push_back({&option, {std::move(value)}, std::move(origin)});
  } else if (option.repeatable) {
    earlier->values.push_back(std::move(value));
  } else {
    check_same(*earlier, value);
  }
}

// The name as Boost leaves it: short ones of unknown options keep their dash.
std::string with_dashes(const std::string& key) { return key.starts_with('-') ? key : "--" + key; }

Origin origin_of(const Option& option, const std::string& variable) {
  if (!variable.empty()) return {Origin::Kind::environment, fmt::format("{} --{}", variable, option.name), 0};
  return {Origin::Kind::flag, fmt::format("--{}", option.name), 0};
}

}  // namespace

Flags parse_flags(Command command, const std::vector<std::string>& arguments, const std::string& variable) {
  Flags flags;
  auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  flags.dashes = dashes != arguments.end();
  std::vector<std::string> own(arguments.begin(), dashes);
  if (flags.dashes) flags.after_dashes.assign(dashes + 1, arguments.end());
  if (std::find(own.begin(), own.end(), "") != own.end()) {
    throw Error(ExitCode::usage, fmt::format("an argument is empty; see '{} --help'", program(command)));
  }
  for (po::option& given : boost_options(command, own)) {
    if (given.position_key >= 0) {
      flags.positionals.insert(flags.positionals.end(), given.value.begin(), given.value.end());
      continue;
    }
    const Option* option = given.unregistered ? nullptr : find_option(command, given.string_key);
    if (option == nullptr) throw Error(ExitCode::usage, unknown_flag(command, with_dashes(given.string_key)));
    check_not_a_flag(*option, given);
    std::string value = given.value.empty() ? std::string(option->alone) : given.value.front();
    add(flags.settings, *option, std::move(value), origin_of(*option, variable));
  }
  return flags;
}

}  // namespace dtest::config
