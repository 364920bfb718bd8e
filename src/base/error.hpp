// The one exception that reaches a person.
#pragma once
#include <stdexcept>
#include <string>

#include "base/exit_code.hpp"

namespace dtest::base {

/// Ends the program with this message and this exit code. The text says what, where and what to do, is one
/// sentence or a few lines, and has neither the program's name nor a final newline: main adds both.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

}  // namespace dtest::base
