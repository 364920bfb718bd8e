// Where settings come from besides the flags: environment and files.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"

namespace dtest::config {

/// What surrounds a program; a value, so that tests make their own.
struct Surroundings {
  std::map<std::string, std::string> environment;
  std::string directory;    ///< current one, absolute
  std::string system_file;  ///< the configuration of the whole machine
  bool in_project = false;  ///< the current directory is the project, whatever --directory says: it was typed elsewhere
};

/// Those of this process; the system file is the one under the sysconfdir of the build.
Surroundings surroundings();

/// The variable's value; empty when it is not set.
std::string variable(const Surroundings& around, const std::string& name);

/// The directory of the user's configuration and keys, ending in /distributest; empty without a home.
std::string user_directory(const Surroundings& around);

/// Offers what the environment says: DTEST_*, and for runners PARALLEL_TEST_PROCESSORS, for colours NO_COLOR,
/// CLICOLOR_FORCE and FORCE_COLOR. Empty variables count as not set.
void offer_environment(Command command, const Surroundings& around, Settings& settings);

/// Files that are read unless one is named, in order of precedence: of the project (dtest only), user, machine.
std::vector<std::string> standard_files(Command command, const Surroundings& around, const std::string& project);

/// Directories in which set-up hooks are looked for, likewise.
std::vector<std::string> hook_places(const Surroundings& around, const std::string& project);

/// Offers what a file says to `command`; keys of other commands are checked and passed over. Throws what read_ini and
/// check_value throw. Warnings are appended.
void offer_file(Command command, const std::string& path, bool required, Settings& settings,
                std::vector<std::string>& warnings);

/// Offers the defaults of the table.
void offer_defaults(Command command, Settings& settings);

}  // namespace dtest::config
