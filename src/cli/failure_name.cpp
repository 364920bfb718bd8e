#include "cli/failure_name.hpp"

#include <fmt/format.h>

#include <charconv>

namespace dtest::cli {

FailureName read_failure_name(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  std::uint32_t number = 0;
  const char* end = name.data() + name.size();
  const char* digits = colon == std::string::npos ? end : name.data() + colon + 1;
  const auto result = std::from_chars(digits, end, number);
  if (result.ec == std::errc() && result.ptr == end && number > 0) return {name.substr(0, colon), number};
  throw base::Error(base::ExitCode::usage,
                    fmt::format("'{}' names no failure; write RUN:N, as in latest:1 or b0b3:2", name));
}

base::Error no_such_failure(const std::string& brief, std::uint32_t number) {
  return {base::ExitCode::usage,
          fmt::format("run {} has no failure {} that belongs to a file; 'dtest show {}' has its failures", brief, number,
                      brief)};
}

}  // namespace dtest::cli
