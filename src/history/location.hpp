// Where the history of a project lies.
#pragma once
#include <string>

namespace dtest::history {

/// XDG_STATE_HOME where that is absolute, else HOME/.local/state; empty when neither is (no history then).
std::string state_home(const char* xdg_state_home, const char* home);

/// The last part of the directory and a hash of its real path: "shop-1f2e3d4c5b6a". Characters that are not
/// letters, digits, '.', '_' or '-' become '-'.
std::string project_key(const std::string& project_dir);

/// STATE_HOME/distributest/KEY/timings.db
std::string timings_path(const std::string& state_home, const std::string& project_dir);

/// Makes the directories above `path`, each with mode 0700. Throws std::system_error that names the one it could not.
void make_parents(const std::string& path);

}  // namespace dtest::history
