// Text for readers that are no terminal: what a report may hold.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace dtest::report {

/// Valid UTF-8 without colour sequences; control characters other than tab and line feed written as "\x01", carriage
/// returns before a line feed left out, and what no XML document may hold (U+FFFE, U+FFFF) as U+FFFD.
std::string plain_text(std::string_view bytes);
/// The same on one line: line feeds and tabs become spaces.
std::string plain_line(std::string_view bytes);
/// The last `most` bytes, at a line's beginning where there is one, with a first line that says what is missing.
std::string last_of(std::string_view text, std::size_t most, std::uint64_t total);

/// "2026-11-22T07:05:09", UTC, so many seconds after.
std::string iso_time(base::WallTime began, double elapsed);

}  // namespace dtest::report
