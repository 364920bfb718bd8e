#include "config/endpoint.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;

// sun_path has 108 bytes, of which the last is zero.
constexpr std::size_t kLongestPath = 107;
constexpr std::string_view kIpc = "ipc://";

}  // namespace

void check_endpoint(const std::string& what, std::string_view endpoint, bool from_file) {
  ExitCode code = from_file ? ExitCode::config : ExitCode::usage;
  if (endpoint.starts_with("tcp:")) {
    throw Error(ExitCode::config, fmt::format("{}: '{}' is refused: TCP needs keys, which come with a later version; "
                                              "use ipc:///path/of/a/socket",
                                              what, endpoint));
  }
  if (!endpoint.starts_with(kIpc)) {
    throw Error(code, fmt::format("{}: '{}' is not an endpoint; write ipc:///path/of/a/socket", what, endpoint));
  }
  std::string_view path = endpoint.substr(kIpc.size());
  if (path.size() < 2 || path.front() != '/') {
    throw Error(code, fmt::format("{}: '{}' needs an absolute path: ipc:///path/of/a/socket", what, endpoint));
  }
  if (path.size() > kLongestPath) {
    throw Error(code, fmt::format("{}: the path of '{}' has {} bytes, a socket's may have {}; use a shorter directory",
                                  what, endpoint, path.size(), kLongestPath));
  }
}

}  // namespace dtest::config
