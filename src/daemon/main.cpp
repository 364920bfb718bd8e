// dtestd: the daemon of one node. See dtestd(8).
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>
#include <variant>

#include "base/error.hpp"
#include "config/help.hpp"
#include "config/invocation.hpp"
#include "config/key_file.hpp"
#include "daemon/allow_list.hpp"
#include "daemon/daemon.hpp"
#include "guardian/main.hpp"
#include "system/allocator.hpp"
#include "system/descriptors.hpp"
#include "system/machine.hpp"
#include "system/private_dir.hpp"
#include "system/signals.hpp"

namespace {

using namespace dtest;

void start_log(const config::DaemonOptions& options) {
  spdlog::set_default_logger(spdlog::stderr_logger_st("dtestd"));
  spdlog::set_level(spdlog::level::from_str(options.log_level));
  // The text of an entry is escaped by whoever makes it one line of JSON: here it never has quotes or controls.
  spdlog::set_pattern(options.log_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%f%z","level":"%l","text":"%v"})"
                                       : "%Y-%m-%d %H:%M:%S.%e %l %v");
}

// The directory of the default endpoints, which nobody but us is told to make.
void make_default_directory(const std::string& listen) {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime == nullptr) return;
  std::string path = std::string(runtime) + "/distributest";
  if (listen != "ipc://" + path + "/work") return;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    throw base::Error(base::ExitCode::config, "cannot make " + path + ": " + std::strerror(errno) +
                                                  "; give --listen and --results-listen");
  if (std::string fault = system::private_dir_fault(path); !fault.empty())
    throw base::Error(base::ExitCode::no_permission, "sockets cannot be in " + path + ": " + fault);
}

// What would be refused at the start: keys that are missing or that others could have put there.
void check_keys(const config::DaemonOptions& options) {
  if (!options.tcp) return;
  config::load_key_pair(options.key_file, "dtest keygen --node");
  daemon::AllowList(options.allow);
}

// Empty where there is no place: then a session that needs a workspace is told so.
std::string default_work_dir() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (cache != nullptr && cache[0] == '/') return std::string(cache) + "/distributest/work";
  return home != nullptr && home[0] == '/' ? std::string(home) + "/.cache/distributest/work" : std::string();
}

base::ExitCode serve(const config::DaemonOptions& options) {
  if (options.check_config) {
    check_keys(options);
    std::cout << "dtestd: the configuration is right\n";
    return base::ExitCode::ok;
  }
  start_log(options);
  system::raise_descriptor_limit();
  system::share_one_heap();
  daemon::DaemonSetting setting;
  setting.gate = {options.listen, options.results_listen, {}};
  if (options.tcp) setting.gate.door = daemon::Door::Setting{options.key_file, options.allow};
  setting.name = options.name.empty() ? system::host_name() : options.name;
  setting.exe = system::self_exe();
  setting.runners = options.runners.resolve(system::cpu_count());
  setting.log_json = options.log_json;
  setting.in_place = options.in_place;
  setting.work_dir = options.work_dir.empty() ? default_work_dir() : options.work_dir;
  setting.work_keep = {options.work_age, options.work_size};
  if (!options.embedded.empty()) {
    setting.embedded = options.embedded;
    setting.gate.listen = "ipc://" + options.embedded + "/w";  // dtest connects there
    setting.gate.results_listen = "ipc://" + options.embedded + "/r";
  }
  make_default_directory(setting.gate.listen);
  return daemon::Daemon(std::move(setting)).run();
}

base::ExitCode dispatch(const std::vector<std::string>& arguments) {
  config::DaemonAsked asked = config::read_dtestd(arguments, config::surroundings());
  for (const std::string& warning : asked.warnings) std::cerr << "dtestd: " << warning << "\n";
  if (const auto* options = std::get_if<config::DaemonOptions>(&asked.options)) return serve(*options);
  if (std::holds_alternative<config::VersionOptions>(asked.options)) std::cout << "dtestd " VERSION "\n";
  else std::cout << config::help_text(config::Command::daemon);
  return base::ExitCode::ok;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], daemon::kSweepArgument) == 0) return daemon::sweep_main(argc, argv);
  if (argc > 1 && std::strcmp(argv[1], guardian::kGuardianArgument) == 0) return guardian::guardian_main(argc, argv);
  system::ignore_signals_of_writes();
  try {
    return number(dispatch({argv + 1, argv + argc}));
  } catch (const base::Error& e) {
    std::cerr << "dtestd: " << e.what() << "\n";
    return number(e.code());
  } catch (const std::exception& e) {
    std::cerr << "dtestd: internal error: " << e.what() << ". Please report it.\n";
    return number(base::ExitCode::internal);
  }
}
