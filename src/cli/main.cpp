// dtest: runs a project's tests. See dtest(1).
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "config/completion.hpp"
#include "config/help.hpp"
#include "config/invocation.hpp"
#include "system/clock.hpp"
#include "system/signals.hpp"

namespace {

using namespace dtest;

// Whoever removes the directory of a shell leaves it without relative paths.
void check_here() {
  std::array<char, 4096> here{};
  if (::getcwd(here.data(), here.size()) != nullptr || errno != ENOENT) return;
  throw base::Error(base::ExitCode::config, "the current directory does not exist any more: change to another one");
}

base::ExitCode stored(const config::StoredOptions& options) {
  switch (options.command) {
    case config::Command::history: return cli::history_command(options);
    case config::Command::slow: return cli::slow_command(options);
    case config::Command::flaky: return cli::flaky_command(options);
    case config::Command::log: return cli::log_command(options);
    default: return cli::show_command(options);
  }
}

base::ExitCode dispatch(const std::vector<std::string>& arguments, base::Instant began) {
  check_here();
  config::DtestAsked asked = config::read_dtest(arguments, config::surroundings());
  for (const std::string& warning : asked.warnings) std::cerr << "dtest: " << warning << "\n";
  if (auto* run = std::get_if<config::RunOptions>(&asked.options)) {
    std::vector<std::string> argv{"dtest"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return cli::run_command(std::move(*run), std::move(argv), began);
  }
  if (const auto* keygen = std::get_if<config::KeygenOptions>(&asked.options)) return cli::keygen_command(*keygen);
  if (const auto* nodes = std::get_if<config::NodesOptions>(&asked.options)) return cli::nodes_command(*nodes);
  if (const auto* list = std::get_if<config::ListOptions>(&asked.options)) return cli::list_command(*list);
  if (const auto* debug = std::get_if<config::DebugOptions>(&asked.options)) return cli::debug_command(*debug);
  if (const auto* events = std::get_if<config::EventsOptions>(&asked.options)) return cli::events_command(*events);
  if (const auto* runs = std::get_if<config::StoredOptions>(&asked.options)) return stored(*runs);
  if (const auto* report = std::get_if<config::ReportOptions>(&asked.options)) return cli::report_command(*report);
  if (const auto* failure = std::get_if<config::BisectOptions>(&asked.options)) return cli::bisect_command(*failure);
  if (const auto* shown = std::get_if<config::ConfigOptions>(&asked.options))
    return cli::config_command(*shown, asked.settings, asked.warnings);
  if (const auto* shell = std::get_if<config::CompletionOptions>(&asked.options)) {
    cli::print(config::completion(shell->shell));
    return base::ExitCode::ok;
  }
  if (const auto* version = std::get_if<config::VersionOptions>(&asked.options))
    return cli::version_command(*version, "dtest");
  cli::print(config::help_text(std::get<config::HelpOptions>(asked.options).command));
  return base::ExitCode::ok;
}

}  // namespace

int main(int argc, char** argv) {
  base::Instant began = system::SystemClock().now();
  system::ignore_signals_of_writes();
  try {
    return number(dispatch({argv + 1, argv + argc}, began));
  } catch (const cli::OutputClosed&) {
    system::end_by(SIGPIPE);  // as any program whose reader has enough
  } catch (const base::Error& e) {
    std::cerr << "dtest: " << e.what() << "\n";
    // What belongs to somebody else has a code of its own only in dtestd.
    return number(e.code() == base::ExitCode::no_permission ? base::ExitCode::config : e.code());
  } catch (const std::exception& e) {
    std::cerr << "dtest: internal error: " << e.what() << ". Please report it.\n";
    return number(base::ExitCode::internal);
  }
}
