// Where the parts of this program lie, in a build directory and wherever it was installed.
#pragma once
#include <string>

namespace dtest::cli {

/// The daemon beside this program, else in PATH. Throws base::Error (69) naming where it was looked for.
std::string daemon_program();

/// The directory of the Ruby side: beside the program in a build directory, else in the data directory relative to
/// it, else where this build was to be installed. Throws base::Error (70) naming where it was looked for.
std::string runner_library();

}  // namespace dtest::cli
