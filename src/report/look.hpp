// How a screen may look: what all formatting functions of this folder need to know.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collector/event.hpp"
#include "report/palette.hpp"

namespace dtest::report {

using Lines = std::vector<std::string>;

/// Where labels end and text begins in permanent lines: "FAIL 1  ", "plan     ".
inline constexpr std::size_t kIndent = 9;

struct Look {
  Palette palette;
  std::size_t width = 80;           ///< columns; at least 40 are used
  bool ascii = false;               ///< the locale is not UTF-8: nothing beyond ASCII is shown
  bool single_node = true;          ///< runners are shown without their node
  std::string project_dir;          ///< absolute; taken off the front of backtrace lines
  std::size_t backtrace_lines = 5;  ///< shown of each backtrace
  std::size_t output_lines = 20;    ///< shown of an example's output: the last ones
  std::size_t message_lines = 60;   ///< shown of an error's message or diff

  [[nodiscard]] std::string_view dot() const { return ascii ? " - " : " · "; }
  [[nodiscard]] std::string_view more() const { return ascii ? "..." : "…"; }

  /// One line that is safe to show: UTF-8 (or ASCII), colour sequences taken out, other control characters and
  /// those that turn the direction of text escaped, tabs as spaces.
  [[nodiscard]] std::string clean(std::string_view bytes) const;
  /// The lines of a text, each clean; without blank ones at the end.
  [[nodiscard]] Lines clean_lines(std::string_view bytes) const;
  /// At most `columns` of a clean text, with "…" where it was cut.
  [[nodiscard]] std::string cut(std::string_view text, std::size_t columns) const;
  /// "spec/…/order_spec.rb:42" in at most `columns`: cut in its middle, never in the line number. Line 0: none.
  [[nodiscard]] std::string path(std::string_view file, std::uint32_t line, std::size_t columns) const;
  /// "bigbox/7", or "runner 7" with a single node; "boot" for the boot process.
  [[nodiscard]] std::string place(const collector::Place& place) const;
};

/// A clean text as lines of at most `columns`, broken at spaces where there are any. At least one line.
Lines wrap(std::string_view text, std::size_t columns);

/// Spaces up to `columns`; never cuts.
std::string pad(std::string text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

/// `text` behind a label of kIndent columns, wrapped to the width.
Lines labelled(const Look& look, std::string_view label, Colour colour, std::string_view text);

/// As labelled, of parts with dots between them; lines are broken between parts.
Lines labelled_parts(const Look& look, std::string_view label, Colour colour, const Lines& parts);

/// "0:44", "1:02:03".
std::string show_clock(double secs);

}  // namespace dtest::report
