// The bytes that change one screen into the next. Pure. The cursor is never hidden and rests at the end of the
// block's last line, so nothing is left to repair when the program is killed.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dtest::terminal {

/// What stands at the bottom of the screen now.
using Block = std::vector<std::string>;

/// Takes `drawn` away, writes `permanent` (whole lines) and draws `next` below; one string, to be written at once.
/// `width` tells how many rows `drawn` takes by now: a terminal that became narrower has wrapped it.
std::string frame(const Block& drawn, std::string_view permanent, const Block& next, std::size_t width);

/// At most the `rows` first lines.
Block fit(Block block, std::size_t rows);

}  // namespace dtest::terminal
