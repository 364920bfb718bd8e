#include "config/invocation.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "config/command.hpp"
#include "config/fill.hpp"
#include "config/flags.hpp"
#include "config/ini.hpp"
#include "config/key_place.hpp"
#include "config/nodes.hpp"
#include "config/reader.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;
using Arguments = std::vector<std::string>;

bool asks(const Flags& flags, std::string_view name) {
  for (const Setting& setting : flags.settings) {
    if (setting.option->name == name) return true;
  }
  return false;
}

bool asks_help(const Arguments& arguments) {
  return !arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h");
}

std::string text_of(const Settings& settings, std::string_view name) {
  const Setting* setting = settings.find(name);
  return setting == nullptr ? std::string() : setting->values.front();
}

std::string absolute(const std::string& base, const std::string& path) {
  return (std::filesystem::path(base) / path).lexically_normal().string();
}

// DTEST_OPTS holds flags of "dtest run"; the other commands take those that they know.
void offer_opts(Command command, const Surroundings& around, Settings& settings) {
  const std::string name = "DTEST_OPTS";
  auto words = parse_words(variable(around, name));
  if (!words) throw Error(ExitCode::usage, name + ": a quote is not closed");
  Flags flags;
  try {
    flags = parse_flags(Command::run, *words, name);
  } catch (const Error& problem) {
    throw Error(problem.code(), fmt::format("{}: {}", name, problem.what()));
  }
  if (flags.dashes || !flags.positionals.empty()) {
    throw Error(ExitCode::usage, fmt::format("{}: '{}' is no flag; only flags of 'dtest run' can stand there", name,
                                             flags.dashes ? "--" : flags.positionals.front()));
  }
  for (Setting& setting : flags.settings) {
    if (setting.option->applies_to(command)) settings.offer(*setting.option, setting.values, setting.origin);
  }
}

void offer_files(Command command, const Surroundings& around, const std::string& directory, Settings& settings,
                 std::vector<std::string>& warnings) {
  std::string named = text_of(settings, "config");
  if (!named.empty()) return offer_file(command, absolute(directory, named), true, settings, warnings);
  for (const std::string& file : standard_files(command, around, directory)) {
    offer_file(command, file, false, settings, warnings);
  }
}

void offer_flags(const Flags& flags, Settings& settings) {
  for (const Setting& setting : flags.settings) settings.offer(*setting.option, setting.values, setting.origin);
}

// The project: --directory or the current one.
std::string project(const Settings& settings, const Surroundings& around) {
  const Setting* given = settings.find("directory");
  if (given == nullptr || around.in_project) return around.directory;
  std::string directory = absolute(around.directory, given->values.front());
  std::error_code ignored;
  if (std::filesystem::is_directory(directory, ignored)) return directory;
  throw Error(given->origin.code(), fmt::format("{}: {} is not a directory", given->origin.text(), directory));
}

HelpOptions read_help(const Flags& flags) {
  if (flags.positionals.empty()) return {Command::run};
  auto command = command_named(flags.positionals.front());
  if (!command || flags.positionals.size() > 1) {
    throw Error(ExitCode::usage,
                fmt::format("no help on '{}'; the commands are {}", flags.positionals.back(), command_names()));
  }
  return {*command};
}

// The nodes of the same files that the settings come from.
std::vector<NodeSpec> all_nodes(const std::string& named, const Surroundings& around, const std::string& directory) {
  NodeTable table(user_directory(around));
  const std::vector<std::string> files = named.empty() ? standard_files(Command::run, around, directory)
                                                       : std::vector{absolute(directory, named)};
  for (const std::string& file : files)
    if (auto ini = read_ini(file, false)) table.offer(*ini);
  return table.nodes();
}

// Those of them that are wanted.
void choose_nodes(const Settings& settings, const Surroundings& around, const std::string& directory, RunOptions& run,
                  std::vector<std::string>& warnings) {
  const std::vector<NodeSpec> all = all_nodes(text_of(settings, "config"), around, directory);
  const Setting* wanted = settings.find("nodes");
  const bool local = text_of(settings, "local") == "true";
  if (local && wanted != nullptr && wanted->origin.kind == Origin::Kind::flag)
    throw Error(ExitCode::usage, "--local is this machine alone, and --nodes names others; keep one of them");
  NodeChoice choice = wanted == nullptr
                          ? config::choose_nodes(all, "", "", ExitCode::usage, local)
                          : config::choose_nodes(all, wanted->values.front(), wanted->origin.text(),
                                                 wanted->origin.code(), local);
  run.nodes = std::move(choice.nodes);
  warnings.insert(warnings.end(), choice.notices.begin(), choice.notices.end());
  const std::string user = user_directory(around);
  const std::string key = text_of(settings, "key-file");
  if (!key.empty()) run.key_file = absolute(directory, key);
  else if (!user.empty()) run.key_file = user + kOwnKey;
}

DtestAsked read_project_command(Command command, const Flags& flags, const Surroundings& around) {
  DtestAsked asked;
  Settings settings;
  offer_flags(flags, settings);
  offer_opts(command, around, settings);
  offer_environment(command, around, settings);
  std::string directory = project(settings, around);
  offer_files(command, around, directory, settings, asked.warnings);
  offer_defaults(command, settings);
  if (command == Command::run) {
    RunOptions run = fill_run(settings, flags, directory);
    run.hooks.places = hook_places(around, directory);
    choose_nodes(settings, around, directory, run, asked.warnings);
    asked.options = std::move(run);
  } else if (command == Command::debug) {
    DebugOptions debug = fill_debug(settings, flags, directory);
    debug.hooks.places = hook_places(around, directory);
    asked.options = std::move(debug);
  } else {
    asked.options = fill_list(settings, flags, directory);
  }
  asked.settings = settings.all();
  return asked;
}

DtestAsked read_stored_command(Command command, const Flags& flags, const Surroundings& around) {
  Settings settings;
  offer_flags(flags, settings);
  offer_environment(command, around, settings);
  std::string directory = project(settings, around);
  offer_defaults(command, settings);
  if (command == Command::events) {
    EventsOptions events = fill_events(settings, flags, directory);
    if (const std::string user = user_directory(around); events.key_file.empty() && !user.empty())
      events.key_file = user + kOwnKey;
    return {std::move(events), settings.all(), {}};
  }
  if (command == Command::bisect) return {fill_bisect(settings, flags, directory), settings.all(), {}};
  return {fill_stored(command, settings, flags, directory), settings.all(), {}};
}

DtestAsked read_keygen(const Flags& flags, const Surroundings& around) {
  Settings settings;
  offer_flags(flags, settings);
  offer_defaults(Command::keygen, settings);
  return {fill_keygen(settings, flags, user_directory(around)), settings.all(), {}};
}

DtestAsked read_nodes(const Flags& flags, const Surroundings& around) {
  Settings settings;
  offer_flags(flags, settings);
  const std::string named = variable(around, "DTEST_CONFIG");
  NodesOptions nodes = fill_nodes(settings, flags, all_nodes(named, around, around.directory), around.directory,
                                  user_directory(around));
  return {std::move(nodes), settings.all(), {}};
}

// What is wrong is told with the rest, not thrown: there may be more of it.
template <class Step>
void attempt(ConfigOptions& config, Step step) {
  try {
    step();
  } catch (const Error& problem) {
    if (config.problems.empty()) config.code = base::number(problem.code());
    config.problems.emplace_back(problem.what());
  }
}

// "dtest config show|check [FLAG of dtest run...]".
DtestAsked read_config(const Flags& given, const Surroundings& around) {
  Flags flags = given;
  const std::string what = flags.positionals.empty() ? "" : flags.positionals.front();
  if (what != "show" && what != "check")
    throw Error(ExitCode::usage, "show or check the configuration? dtest config show, or dtest config check");
  flags.positionals.erase(flags.positionals.begin());
  ConfigOptions config;
  DtestAsked asked;
  Settings settings;
  offer_flags(flags, settings);
  config.check = what == "check";
  config.json = Reader(settings).flag("json");
  attempt(config, [&] { offer_opts(Command::run, around, settings); });
  attempt(config, [&] { offer_environment(Command::run, around, settings); });
  const std::string directory = project(settings, around);
  const std::string named = text_of(settings, "config");
  const auto files = named.empty() ? standard_files(Command::run, around, directory)
                                   : std::vector<std::string>{absolute(directory, named)};
  for (const std::string& file : files) {
    std::error_code ignored;
    config.files.push_back({file, std::filesystem::exists(file, ignored)});
    attempt(config, [&] { offer_file(Command::run, file, !named.empty(), settings, asked.warnings); });
  }
  offer_defaults(Command::run, settings);
  config.color = color_of(text_of(settings, "color"));
  Settings run;  // --json is ours, not the run's
  for (const Setting& setting : settings.all())
    if (setting.option->name != "json") run.offer(*setting.option, setting.values, setting.origin);
  if (config.problems.empty())
    attempt(config, [&] {
      RunOptions options = fill_run(run, flags, directory);
      choose_nodes(run, around, directory, options, asked.warnings);
      config.nodes = std::move(options.nodes);
    });
  asked.options = std::move(config);
  asked.settings = settings.all();
  return asked;
}

// Commands that neither configuration nor environment changes.
DtestAsked read_plain_command(Command command, const Flags& flags, const Surroundings& around) {
  if (command == Command::help) return {read_help(flags), {}, {}};
  if (command == Command::completion) return {fill_completion(flags), {}, {}};
  Settings settings;
  offer_flags(flags, settings);
  offer_defaults(command, settings);
  if (command == Command::report) return {fill_report(settings, flags, around.directory), settings.all(), {}};
  return {fill_version(settings, flags), settings.all(), {}};
}

}  // namespace

DtestAsked read_dtest(const Arguments& arguments, const Surroundings& around) {
  Chosen chosen = choose_command(arguments, around.directory);
  Arguments own(arguments.begin() + (chosen.named ? 1 : 0), arguments.end());
  // "dtest plan" is "dtest run --dry-run", "dtest reproduce RUN:N" is "dtest run --reproduce RUN:N".
  if (chosen.named && arguments.front() == "plan") own.insert(own.begin(), "--dry-run");
  if (chosen.named && arguments.front() == "reproduce" && !asks_help(own))
    own.insert(own.begin(), "--reproduce");
  Flags flags = parse_flags(chosen.command, own);
  if (asks(flags, "help")) return {HelpOptions{chosen.command}, {}, {}};
  if (asks(flags, "version")) return {VersionOptions{}, {}, {}};
  if (chosen.command == Command::keygen) return read_keygen(flags, around);
  if (chosen.command == Command::nodes) return read_nodes(flags, around);
  bool tests = chosen.command == Command::run || chosen.command == Command::list || chosen.command == Command::debug;
  if (chosen.command == Command::config) return read_config(flags, around);
  if (reads_stored_runs(chosen.command)) return read_stored_command(chosen.command, flags, around);
  if (!tests) return read_plain_command(chosen.command, flags, around);
  DtestAsked asked = read_project_command(chosen.command, flags, around);
  if (!chosen.named && !flags.positionals.empty()) {
    check_path(flags.positionals.front(), std::get<RunOptions>(asked.options).selection.directory);
  }
  return asked;
}

DaemonAsked read_dtestd(const Arguments& arguments, const Surroundings& around) {
  Flags flags = parse_flags(Command::daemon, arguments);
  if (asks(flags, "help")) return {HelpOptions{Command::daemon}, {}, {}};
  if (asks(flags, "version")) return {VersionOptions{}, {}, {}};
  DaemonAsked asked;
  Settings settings;
  offer_flags(flags, settings);
  bool embedded = asks(flags, "embedded");
  offer_environment(Command::daemon, around, settings);
  if (!embedded || asks(flags, "config")) {
    offer_files(Command::daemon, around, around.directory, settings, asked.warnings);
  }
  offer_defaults(Command::daemon, settings);
  asked.options = fill_daemon(settings, flags, around.directory, variable(around, "XDG_RUNTIME_DIR"),
                              user_directory(around));
  asked.settings = settings.all();
  return asked;
}

}  // namespace dtest::config
