#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace dtest::base {
namespace {

// Length of the valid UTF-8 sequence at the start of `s`, 0 when there is none (RFC 3629, table 3-7 of Unicode).
std::size_t sequence(std::string_view s) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  auto tail = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0U) == 0x80U; };
  unsigned char first = byte(0);
  if (first < 0x80U) return 1;
  if (first >= 0xC2U && first <= 0xDFU) return tail(1) ? 2 : 0;
  if (first >= 0xE0U && first <= 0xEFU) {
    if (!tail(1) || !tail(2)) return 0;
    if (first == 0xE0U && byte(1) < 0xA0U) return 0;
    if (first == 0xEDU && byte(1) > 0x9FU) return 0;
    return 3;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    if (first == 0xF0U && byte(1) < 0x90U) return 0;
    if (first == 0xF4U && byte(1) > 0x8FU) return 0;
    return 4;
  }
  return 0;
}

char32_t decode(std::string_view s, std::size_t length) {
  static constexpr std::array<unsigned, 5> kMask{0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t c = static_cast<unsigned char>(s[0]) & kMask[length];
  for (std::size_t i = 1; i < length; ++i) c = (c << 6U) | (static_cast<unsigned char>(s[i]) & 0x3FU);
  return c;
}

std::size_t width_of(char32_t c) {
  using Range = std::pair<char32_t, char32_t>;
  static constexpr std::array<Range, 5> kZero{{{0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF},
                                               {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
  static constexpr std::array<Range, 8> kWide{{{0x1100, 0x115F}, {0x2E80, 0x303E}, {0x3041, 0xA4CF}, {0xAC00, 0xD7A3},
                                               {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0x1F300, 0x1FAFF}}};
  auto within = [c](const Range& r) { return c >= r.first && c <= r.second; };
  if (c < 0x20 || std::any_of(kZero.begin(), kZero.end(), within)) return 0;
  return std::any_of(kWide.begin(), kWide.end(), within) ? 2 : 1;
}

// Bytes and columns of the next piece of `s`: an escape sequence or one code point.
std::pair<std::size_t, std::size_t> next_piece(std::string_view s) {
  if (s[0] == '\x1b' && s.size() > 1 && s[1] == '[') {
    std::size_t i = 2;
    while (i < s.size() && !(s[i] >= '@' && s[i] <= '~')) ++i;
    return {std::min(i + 1, s.size()), 0};
  }
  std::size_t n = sequence(s);
  if (n == 0) return {1, 1};
  return {n, width_of(decode(s, n))};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t n = sequence(bytes);
    if (n == 0) {
      text += "\xEF\xBF\xBD";
      n = 1;
    } else {
      text.append(bytes.substr(0, n));
    }
    bytes.remove_prefix(n);
  }
  return text;
}

std::string_view prefix(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::size_t columns(std::string_view text) {
  std::size_t total = 0;
  while (!text.empty()) {
    auto [bytes, wide] = next_piece(text);
    total += wide;
    text.remove_prefix(bytes);
  }
  return total;
}

std::string elide_middle(std::string_view text, std::size_t width, bool ascii) {
  if (columns(text) <= width) return std::string(text);
  std::string_view dots = ascii ? "..." : "…";
  std::size_t dots_width = ascii ? 3 : 1;
  if (width <= dots_width) return std::string(ascii ? dots.substr(0, width) : (width == 0 ? "" : dots));
  std::vector<std::pair<std::string_view, std::size_t>> pieces;
  for (std::string_view rest = text; !rest.empty();) {
    auto [bytes, wide] = next_piece(rest);
    pieces.emplace_back(rest.substr(0, bytes), wide);
    rest.remove_prefix(bytes);
  }
  std::size_t room = width - dots_width;
  std::size_t left = room / 2;
  std::size_t right = room - left;
  std::string head;
  std::string tail;
  for (std::size_t i = 0, used = 0; i < pieces.size() && used + pieces[i].second <= left; ++i) {
    head += pieces[i].first;
    used += pieces[i].second;
  }
  for (std::size_t i = pieces.size(), used = 0; i > 0 && used + pieces[i - 1].second <= right; --i) {
    tail.insert(0, pieces[i - 1].first);
    used += pieces[i - 1].second;
  }
  return head + std::string(dots) + tail;
}

std::string show_secs(double secs) {
  if (secs < 0) secs = 0;
  if (secs < 9.995) return fmt::format("{:.2f}s", secs);
  if (secs < 59.95) return fmt::format("{:.1f}s", secs);
  auto whole = static_cast<std::uint64_t>(secs + 0.5);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  return fmt::format("{}h{:02}m", whole / 3600, whole % 3600 / 60);
}

std::string show_count(std::uint64_t n) {
  std::string digits = fmt::format("{}", n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, " ");
  return digits;
}

std::string show_bytes(std::uint64_t n) {
  constexpr std::uint64_t kKilo = 1024;
  constexpr std::array<const char*, 3> kUnits{"KiB", "MiB", "GiB"};
  if (n < kKilo) return plural(n, "byte");
  double value = static_cast<double>(n) / kKilo;
  std::size_t unit = 0;
  for (; value >= kKilo && unit + 1 < kUnits.size(); ++unit) value /= kKilo;
  bool fraction = unit == 2 && value < 10;
  return fmt::format("{:.{}f} {}", value, fraction ? 1 : 0, kUnits[unit]);
}

std::string plural(std::uint64_t n, std::string_view noun) {
  return fmt::format("{} {}{}", show_count(n), noun, n == 1 ? "" : "s");
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string shell_quote(std::string_view argument) {
  constexpr std::string_view kSafe =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,/:@%";
  if (!argument.empty() && argument.find_first_not_of(kSafe) == std::string_view::npos) return std::string(argument);
  std::string quoted = "'";
  for (char c : argument) {
    if (c == '\'') quoted += "'\\''";
    else quoted += c;
  }
  return quoted + "'";
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(shell_quote(word));
  return line;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace dtest::base
