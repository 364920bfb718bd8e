// errno as an error for people.
#pragma once
#include <string>

#include "base/error.hpp"

namespace dtest::system {

/// "WHAT: No such file or directory". Thread-safe.
std::string with_reason(const std::string& what, int error);

/// The error of the last system call. Code internal unless told otherwise.
base::Error failure(const std::string& what, base::ExitCode code = base::ExitCode::internal);

}  // namespace dtest::system
