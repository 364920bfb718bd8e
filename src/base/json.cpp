#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace dtest::base {
namespace {

bool is_odd(char c) { return static_cast<unsigned char>(c) < 0x20U || c == '"' || c == '\\' || c == 0x7f; }

void append_odd(std::string& out, char c) {
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text, std::string_view also) {
  std::string valid;
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
  if (!ascii) text = valid = valid_utf8(text);
  const auto odd = [also](char c) { return is_odd(c) || also.find(c) != also.npos; };
  out += '"';
  for (auto from = text.begin();;) {  // what needs no care in one piece: that is nearly all
    const auto to = std::find_if(from, text.end(), odd);
    out.append(from, to);
    if (to == text.end()) break;
    append_odd(out, *to);
    from = to + 1;
  }
  out += '"';
}

}  // namespace dtest::base
