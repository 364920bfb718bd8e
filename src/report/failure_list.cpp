#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "report/failures.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kGroup = 5;         // as many with the same headline are one group
constexpr std::size_t kFilesThatTell = 3; // as many on the same node say something of it
constexpr std::size_t kGroupLines = 10;   // shown of a group

using Notes = std::vector<FailureNote>;

std::string title(const FailureNote& note, const Look& look) {
  std::string text = look.clean(note.name);
  if (note.label == "LOAD") text = "did not load";
  if (note.label == "CRASH") text = "crashed: " + text;
  if (note.label == "TIMEOUT") text = "timed out: " + text;
  if (note.label == "LOAD" || note.label == "ERROR") text += ": " + look.clean(note.headline);
  return text;
}

// Columns for paths: what the longest needs, at most half of the screen.
std::size_t path_width(const Notes& notes, const Look& look) {
  std::size_t longest = 9;
  for (const FailureNote& n : notes) longest = std::max(longest, base::columns(look.path(n.path, n.line, 1000)));
  return std::min(longest, std::max<std::size_t>(look.width / 2, 20));
}

std::string row(const FailureNote& note, std::size_t width, const Look& look) {
  std::string number = pad_left(fmt::format("{}", note.number), 4);
  std::string path = note.path.empty() ? "(no file)" : look.path(note.path, note.line, width);
  std::string line = look.palette(Colour::bold_red, number) + "  " + pad(path, width) + "  ";
  return line + look.cut(title(note, look), look.width > width + 8 ? look.width - width - 8 : 1);
}

// A few files are together on one node by chance, and one file always is.
std::string all_on(const Notes& group, const Look& look) {
  std::set<std::string> files;
  for (const FailureNote& note : group) files.insert(note.path);
  if (look.single_node || files.size() < kFilesThatTell) return "";
  const std::string& node = group.front().node;
  bool same = std::all_of(group.begin(), group.end(), [&](const FailureNote& n) { return n.node == node; });
  return same ? ", all on " + look.clean(node) : "";
}

void append_group(Lines& lines, const Notes& group, std::size_t width, const Look& look) {
  std::string head = fmt::format("  {} failures share{}:", group.size(), all_on(group, look));
  lines.push_back(look.palette(Colour::bold, head));
  for (const std::string& part : wrap(look.clean(group.front().headline), look.width - 8)) {
    lines.push_back(std::string(8, ' ') + part);
  }
  for (std::size_t i = 0; i < group.size() && i < kGroupLines; ++i) lines.push_back(row(group[i], width, look));
  if (group.size() > kGroupLines)
    lines.push_back(fmt::format("      {} {} more", look.more(), group.size() - kGroupLines));
}

}  // namespace

Lines failure_list(const Failures& failures, std::size_t most, const Look& look) {
  Notes notes = failures.sorted();
  std::size_t width = path_width(notes, look);
  std::map<std::string, Notes> groups;
  for (const FailureNote& note : notes) {
    if (!note.headline.empty()) groups[note.headline].push_back(note);
  }
  std::erase_if(groups, [](const auto& group) { return group.second.size() < kGroup; });
  Lines lines;
  for (const auto& [headline, group] : groups) append_group(lines, group, width, look);
  if (!groups.empty()) {
    std::erase_if(notes, [&](const FailureNote& n) { return groups.contains(n.headline); });
    if (!notes.empty()) lines.push_back(look.palette(Colour::bold, "  others:"));
  }
  for (std::size_t i = 0; i < notes.size() && i < most; ++i) lines.push_back(row(notes[i], width, look));
  if (notes.size() > most) lines.push_back(fmt::format("      {} {} more", look.more(), notes.size() - most));
  return lines;
}

}  // namespace dtest::report
