#include "cli/program.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

bool is_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

}  // namespace

std::string daemon_program() {
  std::string beside = directory_of(system::self_exe()) + "/dtestd";
  if (::access(beside.c_str(), X_OK) == 0) return beside;
  throw base::Error(base::ExitCode::no_node, "the daemon is missing: looked for " + beside +
                                                 ". dtest and dtestd are installed together: install both again.");
}

std::string runner_library() {
  std::string here = directory_of(system::self_exe());
  std::vector<std::string> places{here + "/runner", here + "/" RUNNER_FROM_BINDIR, RUNNER_DIR};
  for (const std::string& place : places)
    if (is_file(place + "/boot.rb")) return std::filesystem::canonical(place).string();  // as Ruby names its files
  throw base::Error(base::ExitCode::internal,
                    "the Ruby side is missing: looked for boot.rb in " + base::join(places, ", ") +
                        ". Install distributest again.");
}

}  // namespace dtest::cli
