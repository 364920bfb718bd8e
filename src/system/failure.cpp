#include "system/failure.hpp"

#include <cerrno>
#include <system_error>

namespace dtest::system {

std::string with_reason(const std::string& what, int error) {
  return what + ": " + std::error_code(error, std::generic_category()).message();
}

base::Error failure(const std::string& what, base::ExitCode code) {
  return base::Error(code, with_reason(what, errno));
}

}  // namespace dtest::system
