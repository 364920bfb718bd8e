#include "config/endpoint.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "bus/endpoint.hpp"

namespace dtest::config {

void check_endpoint(const std::string& what, std::string_view endpoint, bool from_file, bool keyed) {
  try {
    if (keyed) bus::Endpoint::parse_any(endpoint);
    else bus::Endpoint::parse(endpoint);
  } catch (const base::Error& problem) {
    bool tcp = !keyed && endpoint.starts_with("tcp:");
    throw base::Error(from_file || tcp ? base::ExitCode::config : base::ExitCode::usage,
                      fmt::format("{}: {}", what, problem.what()));
  }
}

}  // namespace dtest::config
