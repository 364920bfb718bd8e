#include "report/palette.hpp"

#include <array>

namespace dtest::report {

std::string Palette::operator()(Colour colour, std::string_view text) const {
  static constexpr std::array<std::string_view, 10> kCodes{"",   "1",  "2",    "31",   "32",
                                                           "33", "36", "1;31", "1;32", "1;33"};
  if (!on_ || colour == Colour::plain || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  painted.append(kCodes[static_cast<std::size_t>(colour)]).append("m").append(text).append("\x1b[0m");
  return painted;
}

}  // namespace dtest::report
