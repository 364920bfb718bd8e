#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "report/failure.hpp"
#include "report/repetition.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kMostExceptions = 5;
constexpr std::size_t kMostCauses = 3;

void append(Lines& lines, const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); }

std::string indented(std::string_view text) { return std::string(kIndent, ' ').append(text); }

std::size_t room(const Look& look) { return look.width - kIndent; }

// "FAIL 1   path:42  name        0.31s  bigbox/7"; a name that does not fit gets lines of its own.
Lines head(const Failure& f, const Look& look) {
  std::string label = pad(fmt::format("{} {}", f.label, f.number), kIndent - 1) + " ";
  std::string where = look.place(f.place);
  std::string right = f.secs ? base::show_secs(*f.secs) + "  " + where : where;
  std::size_t used = base::columns(label) + base::columns(right) + 2;
  std::size_t middle = look.width > used + 12 ? look.width - used : 12;
  std::string path = f.path.empty() ? "(no file)" : look.path(f.path, f.line, middle);
  std::string name = look.clean(f.name);
  bool fits = base::columns(path) + 2 + base::columns(name) <= middle;
  std::string text = look.palette(Colour::bold, path);
  if (fits && !name.empty()) text += "  " + name;
  Lines lines{look.palette(Colour::bold_red, label) + pad(text, middle) + "  " + look.palette(Colour::dim, right)};
  if (!fits) {
    for (const std::string& part : wrap(name, room(look))) lines.push_back(indented(part));
  }
  return lines;
}

Colour diff_colour(std::string_view line) {
  if (line.starts_with("-")) return Colour::red;
  if (line.starts_with("+")) return Colour::green;
  return line.starts_with("@@") ? Colour::cyan : Colour::plain;
}

// At most `most` of the lines, wrapped; the first ones, and how many there are more.
Lines block(const Lines& text, std::size_t most, const Look& look, bool diff) {
  Lines lines;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == most) {
      std::string rest = fmt::format("{} {}", look.more(), base::plural(text.size() - i, "more line"));
      lines.push_back(indented(look.palette(Colour::dim, rest)));
      break;
    }
    Colour colour = diff ? diff_colour(text[i]) : Colour::plain;
    for (const std::string& part : wrap(text[i], room(look))) {
      lines.push_back(base::trim(part).empty() ? "" : indented(look.palette(colour, part)));
    }
  }
  return lines;
}

bool only_says_unmet(const std::string& type) {
  static constexpr std::array<std::string_view, 4> kTypes{
      "RSpec::Expectations::ExpectationNotMetError", "RSpec::Expectations::MultipleExpectationsNotMetError",
      "Minitest::Assertion", "Test::Unit::AssertionFailedError"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

std::string told(const collector::Exception& e) {
  if (e.type.empty() || only_says_unmet(e.type)) return e.message;
  if (base::trim(e.message).empty() || base::trim(e.message) == e.type) return e.type;
  return e.type + ": " + e.message;
}

// Frameworks often begin a message with blank lines.
Lines without_blank_head(Lines lines) {
  auto text = std::find_if(lines.begin(), lines.end(), [](const std::string& l) { return !base::trim(l).empty(); });
  lines.erase(lines.begin(), text);
  return lines;
}

Lines backtrace(const collector::Exception& e, const Look& look) {
  std::vector<std::string> from = e.backtrace;
  if (from.empty() && !e.location.empty()) from.push_back(e.location);
  Lines lines;
  for (const std::string& line : project_lines(from, look)) {
    lines.push_back(indented(look.palette(Colour::dim, look.cut("at " + look.clean(line), room(look)))));
  }
  return lines;
}

Lines exception_lines(const collector::Exception& e, const Look& look) {
  Lines lines = block(without_blank_head(look.clean_lines(told(e))), look.message_lines, look, false);
  append(lines, block(without_blank_head(look.clean_lines(e.diff)), look.message_lines, look, true));
  append(lines, backtrace(e, look));
  const std::vector<collector::Exception>* causes = &e.causes;
  for (std::size_t depth = 0; depth < kMostCauses && !causes->empty(); ++depth) {
    const collector::Exception& cause = causes->front();
    Lines text = look.clean_lines(told(cause));
    append(lines, block({"caused by " + (text.empty() ? "" : text.front())}, 1, look, false));
    append(lines, backtrace(cause, look));
    causes = &cause.causes;
  }
  return lines;
}

// A node says so where it leaves something out (src/daemon/output_file.cpp).
constexpr std::string_view kLeftOut = " of output left out]";

// Where Ruby begins to report its own crash, or a runner (src/runner/stacks.rb) what hung.
bool begins_report(std::string_view line) {
  return line.find("[BUG] ") != std::string_view::npos || line.starts_with("-- stacks of runner ");
}

// The lines that are shown: the last ones, or, of a report, the first ones and what the test had printed just before.
struct Part {
  std::size_t from = 0, to = 0;
  bool report = false;
};

Part shown_part(const Lines& text, std::size_t most) {
  if (text.size() <= most) return {0, text.size()};
  const auto report = std::find_if(text.begin(), text.end(), begins_report);
  if (report == text.end()) return {text.size() - most, text.size()};
  const auto at = static_cast<std::size_t>(report - text.begin());
  const auto from = std::min(at - std::min(at, most / 4), text.size() - most);
  return {from, from + most, true};
}

Lines output_lines(const collector::Output& output, const Look& look) {
  Lines text = look.clean_lines(output.bytes);
  if (text.empty()) return {};
  const auto [from, to, report] = shown_part(text, look.output_lines);
  const bool cut = to - from < text.size() || output.total > output.bytes.size();
  std::string title = "output:";
  if (report) title = fmt::format("output, {} of {}:", to - from, base::plural(text.size(), "line"));
  else if (cut && from == 0 && output.bytes.find(kLeftOut) != std::string::npos) title = "output, head and end:";
  else if (cut) title = fmt::format("output, last {}:", base::plural(to - from, "line"));
  Lines lines{indented(look.palette(Colour::dim, title))};
  std::string bar = look.palette(Colour::dim, look.ascii ? "| " : "│ ");
  for (std::size_t i = from; i < to; ++i) {
    for (const std::string& part : wrap(text[i], room(look) - 2)) lines.push_back(indented(bar + part));
  }
  return lines;
}

std::string command(const std::vector<std::string>& words, const Look& look) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(base::shell_quote(look.clean(word)));
  return base::join(quoted, " ");
}

// The commands to copy: this, and this after all that its runner had run.
Lines commands(const Failure& f, const Look& look) {
  Lines lines;
  if (!f.rerun.empty()) lines.push_back(indented(look.palette(Colour::cyan, "again   " + command(f.rerun, look))));
  if (f.exact.empty()) return lines;
  std::string note = f.position > 0 ? fmt::format("   # {} file on that runner", ordinal(f.position)) : "";
  if (kIndent + 8 + f.exact.size() + note.size() > look.width) note.clear();
  lines.push_back(indented(look.palette(Colour::cyan, "exact   " + f.exact) +
                           (note.empty() ? "" : look.palette(Colour::dim, note))));
  return lines;
}

}  // namespace

Lines report_in(const Lines& text, std::size_t most) {
  const auto [from, to, report] = shown_part(text, most);
  if (!report) return text;
  return {text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(to)};
}

std::string headline(const std::vector<collector::Exception>& exceptions) {
  if (exceptions.empty()) return "";
  std::string_view text = base::trim(exceptions.front().message);
  collector::Exception first{exceptions.front().type, std::string(text.substr(0, text.find('\n')))};
  return told(first);
}

Lines project_lines(const std::vector<std::string>& backtrace, const Look& look) {
  Lines inside;
  for (std::string_view line : backtrace) {
    if (!look.project_dir.empty() && line.starts_with(look.project_dir + "/"))
      line.remove_prefix(look.project_dir.size() + 1);
    if (line.starts_with("./")) line.remove_prefix(2);
    bool foreign = line.empty() || line[0] == '/' || line[0] == '<' || line[0] == '(' ||
                   line.starts_with("vendor/") || line.starts_with("bin/") || line.starts_with("org/");
    if (!foreign && inside.size() < look.backtrace_lines) inside.emplace_back(line);
  }
  if (!inside.empty()) return inside;
  std::size_t most = std::min({backtrace.size(), look.backtrace_lines, std::size_t{3}});
  return {backtrace.begin(), backtrace.begin() + static_cast<std::ptrdiff_t>(most)};
}

Lines failure_entry(const Failure& f, const Look& look) {
  Lines lines = head(f, look);
  for (const std::string& part : wrap(look.clean(f.aftermath), room(look)))
    if (!f.aftermath.empty()) lines.push_back(indented(look.palette(Colour::bold_yellow, part)));
  if (!f.remark.empty()) {
    for (const std::string& part : wrap(f.remark, room(look)))
      lines.push_back(indented(look.palette(Colour::red, part)));
  }
  for (std::size_t i = 0; i < f.exceptions.size() && i < kMostExceptions; ++i) {
    append(lines, exception_lines(f.exceptions[i], look));
  }
  if (f.exceptions.size() > kMostExceptions) {
    lines.push_back(indented(fmt::format("{} {}", look.more(),
                                         base::plural(f.exceptions.size() - kMostExceptions, "more exception"))));
  }
  append(lines, output_lines(f.output, look));
  append(lines, commands(f, look));
  lines.emplace_back();
  return lines;
}

}  // namespace dtest::report
