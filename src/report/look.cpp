#include "report/look.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dtest::report {
namespace {

std::size_t sequence_length(unsigned char first) {
  return first < 0x80U ? 1 : first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
}

// C1 controls, and what overrides the direction of text: a name must not be able to disguise itself.
bool is_hidden_control(std::string_view c) {
  if (c.size() == 2) return c[0] == '\xC2' && static_cast<unsigned char>(c[1]) < 0xA0U;
  if (c.size() != 3 || c[0] != '\xE2') return false;
  auto last = static_cast<unsigned char>(c[2]);
  if (c[1] == '\x80') return last >= 0xA8U && last <= 0xAEU;
  return c[1] == '\x81' && last >= 0xA6U && last <= 0xA9U;
}

// Bytes of the colour sequence (ESC [ digits and semicolons m) at the start, 0 when there is none.
std::size_t colour_sequence(std::string_view text) {
  if (!text.starts_with("\x1b[")) return 0;
  std::size_t end = text.find_first_not_of("0123456789;:", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

void append_escaped(std::string& out, std::string_view c) {
  auto byte = static_cast<unsigned char>(c[0]);
  if (c == "\t") {
    out.append(4 - out.size() % 4, ' ');
  } else if (byte == 0x1b) {
    out += "\\e";
  } else if (c == "\n" || c == "\r") {
    out += c == "\n" ? "\\n" : "\\r";
  } else if (c.size() == 1) {
    out += fmt::format("\\x{:02x}", byte);
  } else {
    for (char b : c) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(b));
  }
}

}  // namespace

std::string Look::clean(std::string_view bytes) const {
  std::string valid = base::valid_utf8(bytes);
  std::string out;
  for (std::string_view rest = valid; !rest.empty();) {
    if (std::size_t colour = colour_sequence(rest); colour > 0) {
      rest.remove_prefix(colour);
      continue;
    }
    std::string_view c = rest.substr(0, sequence_length(static_cast<unsigned char>(rest[0])));
    bool control = c.size() == 1 && (static_cast<unsigned char>(c[0]) < 0x20U || c[0] == 0x7f);
    if (control || is_hidden_control(c)) append_escaped(out, c);
    else if (ascii && c.size() > 1) out += '?';
    else out += c;
    rest.remove_prefix(c.size());
  }
  return out;
}

Lines Look::clean_lines(std::string_view bytes) const {
  Lines lines;
  for (std::string& line : base::split(bytes, '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(clean(line));
  }
  while (!lines.empty() && base::trim(lines.back()).empty()) lines.pop_back();
  return lines;
}

std::string Look::cut(std::string_view text, std::size_t columns) const {
  if (base::columns(text) <= columns) return std::string(text);
  std::string_view dots = more();
  std::size_t dots_width = ascii ? 3 : 1;
  std::string out;
  std::size_t used = dots_width;
  while (!text.empty()) {
    std::string_view c = text.substr(0, sequence_length(static_cast<unsigned char>(text[0])));
    used += base::columns(c);
    if (used > columns) break;
    out += c;
    text.remove_prefix(c.size());
  }
  return out.append(dots);
}

std::string Look::path(std::string_view file, std::uint32_t line, std::size_t columns) const {
  std::string suffix = line > 0 ? fmt::format(":{}", line) : "";
  std::size_t room = columns > suffix.size() ? columns - suffix.size() : 1;
  return base::elide_middle(clean(file), room, ascii) + suffix;
}

std::string Look::place(const collector::Place& at) const {
  if (single_node || at.node.empty()) return at.runner == 0 ? "boot" : base::runner_name(base::Slot(at.runner));
  return at.runner == 0 ? clean(at.node) + "/boot" : fmt::format("{}/{}", clean(at.node), at.runner);
}

Lines wrap(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 10);
  Lines lines;
  std::string line;
  std::size_t used = 0;
  std::size_t space = std::string::npos;  // where the line may be broken
  while (!text.empty()) {
    std::string_view c = text.substr(0, sequence_length(static_cast<unsigned char>(text[0])));
    text.remove_prefix(c.size());
    if (used + base::columns(c) > columns) {
      std::string rest;
      if (c == " ") {
        space = line.size();
      } else if (space != std::string::npos && line.find_first_not_of(' ') < space) {
        rest = line.substr(space + 1);
        line.resize(space);
      }
      lines.push_back(std::exchange(line, rest));
      used = base::columns(line);
      space = std::string::npos;
      if (c == " ") continue;
    }
    if (c == " ") space = line.size();
    line += c;
    used += base::columns(c);
  }
  lines.push_back(line);
  return lines;
}

std::string pad(std::string text, std::size_t columns) {
  std::size_t used = base::columns(text);
  if (used < columns) text.append(columns - used, ' ');
  return text;
}

std::string pad_left(std::string_view text, std::size_t columns) {
  std::size_t used = base::columns(text);
  return std::string(used < columns ? columns - used : 0, ' ').append(text);
}

Lines labelled(const Look& look, std::string_view label, Colour colour, std::string_view text) {
  Lines lines;
  std::size_t indent = std::max(kIndent, base::columns(label) + 2);
  for (const std::string& piece : wrap(text, look.width > indent ? look.width - indent : 1)) {
    std::string head = lines.empty() ? look.palette(colour, label) : "";
    lines.push_back(pad(head, lines.empty() ? indent : kIndent) + piece);
  }
  return lines;
}

Lines labelled_parts(const Look& look, std::string_view label, Colour colour, const Lines& parts) {
  std::size_t indent = label.empty() ? 0 : std::max(kIndent, base::columns(label) + 2);
  std::string line = pad(look.palette(colour, label), indent);
  Lines lines;
  bool begun = false;
  for (const std::string& part : parts) {
    bool fits = base::columns(line) + base::columns(part) + 3 <= look.width;
    if (begun && !fits) lines.push_back(std::exchange(line, std::string(kIndent, ' ')));
    else if (begun) line += look.dot();
    if (base::columns(line) + base::columns(part) <= look.width) {
      line += part;
    } else {  // one part that is too long by itself
      Lines pieces = wrap(part, look.width - base::columns(line));
      for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
        lines.push_back(line + pieces[i]);
        line = std::string(kIndent, ' ');
      }
      line += pieces.back();
    }
    begun = true;
  }
  lines.push_back(line);
  return lines;
}

std::string show_clock(double secs) {
  auto whole = static_cast<std::uint64_t>(std::max(secs, 0.0) + 0.5);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole % 3600 / 60, whole % 60);
}

}  // namespace dtest::report
