#include "report/plain_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/text.hpp"

namespace dtest::report {
namespace {

// Bytes of the control sequence (ESC [ parameters letter) at the start, 0 when there is none.
std::size_t control_sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t end = text.find_first_not_of("0123456789;:?", 2);
  return end != std::string_view::npos && text[end] >= '@' && text[end] <= '~' ? end + 1 : 0;
}

bool is_noncharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

}  // namespace

std::string plain_text(std::string_view bytes) {
  auto odd = [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte >= 0x7fU || (byte < 0x20U && c != '\n' && c != '\t');
  };
  if (std::none_of(bytes.begin(), bytes.end(), odd)) return std::string(bytes);
  const std::string valid = base::valid_utf8(bytes);
  std::string out;
  out.reserve(valid.size());
  for (std::string_view rest = valid; !rest.empty();) {
    std::size_t used = control_sequence(rest);
    if (used == 0) {
      used = 1;
      auto byte = static_cast<unsigned char>(rest[0]);
      if (rest.starts_with("\r\n")) {
        // the line feed follows
      } else if (is_noncharacter(rest)) {
        out += "\xEF\xBF\xBD";
        used = 3;
      } else if ((byte < 0x20U && rest[0] != '\n' && rest[0] != '\t') || byte == 0x7fU) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
      } else {
        out += rest[0];
      }
    }
    rest.remove_prefix(used);
  }
  return out;
}

std::string plain_line(std::string_view bytes) {
  std::string text = plain_text(base::trim(bytes));
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return text;
}

std::string last_of(std::string_view text, std::size_t most, std::uint64_t total) {
  std::string_view tail = text;
  if (tail.size() > most) {
    tail.remove_prefix(tail.size() - most);
    if (std::size_t line = tail.find('\n'); line != std::string_view::npos && line + 1 < tail.size())
      tail.remove_prefix(line + 1);
  }
  total = std::max<std::uint64_t>(total, text.size());
  if (tail.size() >= total) return plain_text(tail);
  return fmt::format("[the last {} of {} bytes]\n", tail.size(), total) + plain_text(tail);
}

std::string iso_time(base::WallTime began, double elapsed) {
  using std::chrono::floor;
  const std::chrono::microseconds since(began.us + base::from_seconds(elapsed).count());
  const auto day = floor<std::chrono::days>(since);
  const std::chrono::year_month_day date{std::chrono::sys_days(day)};
  const auto second = floor<std::chrono::seconds>(since - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                     second % 3600 / 60, second % 60);
}

}  // namespace dtest::report
