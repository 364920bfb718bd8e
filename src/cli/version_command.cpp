#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "collector/event_json.hpp"
#include "protocol/codec.hpp"
#include "system/file_writer.hpp"

namespace dtest::cli {

void print(const std::string& text) {
  const int error = system::write_all(STDOUT_FILENO, text);
  if (error == EPIPE) throw OutputClosed();
  if (error != 0)
    throw base::Error(base::ExitCode::no_report,
                      std::string("cannot write to standard output: ") + std::strerror(error));
}

base::ExitCode version_command(const config::VersionOptions& options, const std::string& program) {
  if (options.json) {
    nlohmann::ordered_json json{{"program", program}, {"version", VERSION}, {"protocol", protocol::kVersion},
                                {"stream", collector::kStreamVersion}};
    print(json.dump() + "\n");
  } else {
    print(program + " " VERSION "\n");
  }
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
