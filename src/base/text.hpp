// Text for people: pure functions on strings. All text is UTF-8.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace dtest::base {

/// The same text with every byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view bytes);

/// The first `most` bytes of a text, never cutting a UTF-8 sequence.
std::string_view prefix(std::string_view text, std::size_t most);

/// Columns that a text takes on a terminal: code points, wide ones (East Asian, emoji) as two, combining ones as
/// none, escape sequences (ESC [ ... letter) as none.
std::size_t columns(std::string_view text);

/// The text with its middle replaced by "…" ("..." when `ascii`) so that it takes at most `width` columns.
std::string elide_middle(std::string_view text, std::size_t width, bool ascii = false);

/// "0.31s", "12.4s", "1m52s", "2h03m".
std::string show_secs(double secs);

/// 12 345 (thin groups by plain spaces).
std::string show_count(std::uint64_t n);

/// "512 bytes", "64 KiB", "812 MiB", "1.5 GiB".
std::string show_bytes(std::uint64_t n);

/// "1 file", "2 files".
std::string plural(std::uint64_t n, std::string_view noun);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);

/// One argument quoted for a POSIX shell, unchanged where that is safe.
std::string shell_quote(std::string_view argument);
/// Each quoted where a shell would need it, with a space between.
std::string shell_line(const std::vector<std::string>& words);

/// The candidate that a mistyped word most likely meant (edit distance at most a third of its length), or empty.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace dtest::base
