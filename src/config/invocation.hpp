// From argv to options: the entrance of this folder.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "config/options.hpp"
#include "config/settings.hpp"
#include "config/sources.hpp"

namespace dtest::config {

/// What to do, and who said what.
template <class... Options>
struct Asked {
  std::variant<Options...> options;
  std::vector<Setting> settings;      ///< every value that counts, defaults included, with its origin
  std::vector<std::string> warnings;  ///< whole lines for people, without the program's name
};

using DtestAsked =
    Asked<RunOptions, ListOptions, DebugOptions, EventsOptions, ReportOptions, StoredOptions, BisectOptions,
          ConfigOptions, CompletionOptions, KeygenOptions, NodesOptions, VersionOptions, HelpOptions>;
using DaemonAsked = Asked<DaemonOptions, VersionOptions, HelpOptions>;

/// `arguments` without the program's name. Precedence: flags, DTEST_OPTS, environment, project's, user's and machine's
/// file, defaults; --config or DTEST_CONFIG replaces the three files. Reads files, changes nothing.
/// Throws base::Error: 64 for arguments and variables, 78 for files and for endpoints that need keys.
DtestAsked read_dtest(const std::vector<std::string>& arguments, const Surroundings& around);

/// As read_dtest, without the project's file and DTEST_OPTS. With --embedded no file is read but that of a --config
/// flag, since the daemon then belongs to one dtest.
DaemonAsked read_dtestd(const std::vector<std::string>& arguments, const Surroundings& around);

}  // namespace dtest::config
