#include "report/slow_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace dtest::report {
namespace {

bool slower(const SlowList::Entry& a, const SlowList::Entry& b) {
  if (a.secs != b.secs) return a.secs > b.secs;
  return a.path != b.path ? a.path < b.path : a.line < b.line;
}

}  // namespace

void SlowList::add(Entry entry) { entries_.push_back(std::move(entry)); }

void SlowList::remove(const collector::FileRequeue& event) {
  std::erase_if(entries_, [&](const Entry& e) {
    return e.path == event.path && e.item == event.item && e.attempt == event.attempt;
  });
}

Lines SlowList::lines(const std::string& title, std::size_t most, const Look& look) const {
  if (entries_.empty()) return {};
  std::vector<Entry> sorted = entries_;
  std::sort(sorted.begin(), sorted.end(), slower);
  Lines lines{look.palette(Colour::bold, title) + fmt::format(" (over {:g}s): {}", threshold_, sorted.size())};
  std::size_t path_width = std::max<std::size_t>(look.width / 2, 20);
  std::size_t longest = 0;
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i) {
    longest = std::max(longest, base::columns(look.path(sorted[i].path, sorted[i].line, path_width)));
  }
  for (std::size_t i = 0; i < sorted.size() && i < most; ++i) {
    const Entry& e = sorted[i];
    std::string line = pad_left(base::show_secs(e.secs), 8) + "  ";
    line += pad(look.path(e.path, e.line, path_width), longest) + "  ";
    std::string rest = e.name.empty() ? look.place(e.place) : look.clean(e.name);
    lines.push_back(line + look.cut(rest, look.width > base::columns(line) ? look.width - base::columns(line) : 1));
  }
  if (sorted.size() > most) lines.push_back(fmt::format("          {} {} more", look.more(), sorted.size() - most));
  return lines;
}

}  // namespace dtest::report
