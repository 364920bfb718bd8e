// Where a console shows its lines: declared by who writes, implemented by terminal/ (and by tests).
#pragma once
#include <string>
#include <vector>

namespace dtest::report {

/// Calls never block and never throw. Text is UTF-8 (or ASCII), sanitised by the caller, with SGR sequences where
/// colours are on.
class Screen {
 public:
  virtual ~Screen() = default;
  /// Whole lines that stay, each ended by a newline; they come above the live block.
  virtual void permanent(std::string lines) = 0;
  /// The block that replaces the former one at the bottom; empty takes it away. Lines have no newline and fit the
  /// width. Of several calls only the newest need ever be seen.
  virtual void live(std::vector<std::string> block) = 0;
};

}  // namespace dtest::report
