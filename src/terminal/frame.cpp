#include "terminal/frame.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace dtest::terminal {
namespace {

constexpr std::string_view kNoWrap = "\x1b[?7l", kWrap = "\x1b[?7h", kErase = "\x1b[J";

std::size_t rows_of(const Block& block, std::size_t width) {
  std::size_t rows = 0;
  for (const std::string& line : block) {
    std::size_t columns = base::columns(line);
    rows += columns == 0 || width == 0 ? 1 : (columns + width - 1) / width;
  }
  return rows;
}

}  // namespace

std::string frame(const Block& drawn, std::string_view permanent, const Block& next, std::size_t width) {
  std::string bytes;
  if (!drawn.empty()) {
    std::size_t up = rows_of(drawn, width) - 1;
    bytes += '\r';
    if (up > 0) bytes.append("\x1b[").append(std::to_string(up)).append("A");
    bytes += kErase;
  }
  bytes += permanent;
  if (next.empty()) return bytes;
  bytes += kNoWrap;
  for (std::size_t i = 0; i < next.size(); ++i) bytes.append(i > 0 ? "\r\n" : "").append(next[i]);
  bytes += kWrap;
  return bytes;
}

Block fit(Block block, std::size_t rows) {
  if (block.size() > rows) block.resize(rows);
  return block;
}

}  // namespace dtest::terminal
