#include "report/live_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.hpp"

namespace dtest::report {
namespace {

constexpr double kSlowFactor = 1.5, kSlowSecs = 2;  // over its time by both: SLOW
constexpr double kOverdueFactor = 2, kOverdueSecs = 10;  // likewise: worth a line of its own
constexpr std::size_t kLongestBar = 30, kShortestBar = 8;

double ran(const Progress::Running& r, double elapsed) { return std::max(0.0, elapsed - r.since); }

bool is_slow(const Progress::Running& r, double elapsed) {
  return r.expect && ran(r, elapsed) > *r.expect * kSlowFactor && ran(r, elapsed) > *r.expect + kSlowSecs;
}

std::string whole_secs(double secs) {
  return secs < 60 ? fmt::format("{}s", static_cast<int>(secs + 0.5)) : show_clock(secs);
}

std::string times(const Progress::Running& r, double elapsed) {
  std::string text = whole_secs(ran(r, elapsed));
  return text + (r.expect ? " of about " + whole_secs(*r.expect) : ", new");
}

}  // namespace

bool is_overdue(const Progress::Running& r, double elapsed) {
  return r.expect && ran(r, elapsed) > *r.expect * kOverdueFactor && ran(r, elapsed) > *r.expect + kOverdueSecs;
}

std::string run_time(const Progress::Running& r, double elapsed) { return times(r, elapsed); }

namespace {

std::string bar(double fraction, std::size_t width, const Look& look) {
  double cells = fraction * static_cast<double>(width);
  auto full = static_cast<std::size_t>(cells);
  std::string text;
  if (look.ascii) {
    text = std::string(full, '#') + std::string(width - full, '.');
    return "[" + text + "]";
  }
  static constexpr std::array<std::string_view, 8> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  for (std::size_t i = 0; i < full; ++i) text += "█";
  text += kParts[static_cast<std::size_t>((cells - static_cast<double>(full)) * 8)];
  return pad(text, width);
}

std::string numbers(const Progress& progress, const Failures& failures, const LiveFacts& facts, const Look& look) {
  const collector::Counts& c = progress.counts();
  std::vector<std::string> parts{fmt::format("{}/{} files", progress.done(), progress.total()),
                                 base::show_count(c.passed) + " passed"};
  if (!failures.empty()) {
    parts.push_back(look.palette(Colour::bold_red, base::show_count(failures.size()) + " failed"));
  }
  std::string clock = show_clock(facts.elapsed);
  if (facts.left) clock += fmt::format(", about {} left", show_clock(*facts.left));
  parts.push_back(clock);
  return base::join(parts, look.dot());
}

std::string bar_line(const Progress& progress, const Failures& failures, const LiveFacts& facts, const Look& look) {
  std::string percent = fmt::format("{:>4}%  ", static_cast<int>(facts.fraction * 100));
  std::string right = numbers(progress, failures, facts, look);
  std::size_t used = base::columns(percent) + base::columns(right) + 3 + (look.ascii ? 2 : 0);
  std::size_t room = look.width > used ? look.width - used : 0;
  Colour colour = failures.empty() ? Colour::green : Colour::red;
  if (room < kShortestBar) return percent + right;
  return percent + look.palette(colour, bar(facts.fraction, std::min(room, kLongestBar), look)) + "  " + right;
}

std::string boot_line(const LiveFacts& facts, const Look& look) {
  std::string text = facts.waiting;
  if (facts.runners > 0) text += fmt::format("{}{} of {} runners ready", look.dot(), facts.runners_up, facts.runners);
  return "  " + text + std::string(look.dot()) + show_clock(facts.elapsed);
}

std::string first_failure(const Failures& failures, const Look& look) {
  const FailureNote& note = failures.first();
  std::string label = fmt::format("{} {}", note.label, note.number);
  std::string path = note.path.empty() ? "" : look.path(note.path, note.line, look.width / 2) + "  ";
  std::size_t room = look.width - std::min(look.width - 1, label.size() + base::columns(path) + 5);
  return "  " + look.palette(Colour::bold_red, label) + "  " + path + look.cut(look.clean(note.name), room);
}

// Slow ones first, then those that run longest: what a person looks for.
std::vector<Progress::Running> by_interest(const Progress& progress, double elapsed, std::size_t most) {
  std::vector<Progress::Running> list = progress.running();
  auto more_interesting = [elapsed](const Progress::Running& a, const Progress::Running& b) {
    bool slow_a = is_slow(a, elapsed);
    bool slow_b = is_slow(b, elapsed);
    return slow_a != slow_b ? slow_a : a.since < b.since;
  };
  std::size_t sorted = std::min(most, list.size());
  std::partial_sort(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(sorted), list.end(), more_interesting);
  list.resize(sorted);
  return list;
}

}  // namespace

Lines running_lines(const Progress& progress, double elapsed, std::size_t rows, const Look& look) {
  std::size_t all = progress.running().size();
  if (rows == 0 || all == 0) return {};
  std::size_t shown = all <= rows ? all : rows - 1;
  std::vector<Progress::Running> list = by_interest(progress, elapsed, shown);
  std::size_t place_width = 0;
  std::size_t time_width = 0;
  for (const Progress::Running& r : list) {
    place_width = std::max(place_width, base::columns(look.place(r.place)));
    time_width = std::max(time_width, times(r, elapsed).size());
  }
  std::size_t used = place_width + time_width + 2 + 2 + 2 + 6 + 1;
  std::size_t path_width = look.width > used + 10 ? look.width - used : 10;
  path_width = std::min<std::size_t>(path_width, 60);
  Lines lines;
  for (const Progress::Running& r : list) {
    std::string line =
        "  " + pad(look.place(r.place), place_width) + "  " + pad(look.path(r.path, 0, path_width), path_width);
    line += "  " + pad_left(times(r, elapsed), time_width);
    if (is_slow(r, elapsed)) line += "  " + look.palette(Colour::bold_yellow, "SLOW");
    lines.push_back(line);
  }
  if (shown < all) lines.push_back(fmt::format("  {} {} more running", look.more(), all - shown));
  return lines;
}

std::string status_line(const Progress& progress, const Failures& failures, const LiveFacts& facts, const Look& look) {
  if (!progress.planned()) return boot_line(facts, look);
  return fmt::format("{:>4}%  {}", static_cast<int>(facts.fraction * 100), numbers(progress, failures, facts, look));
}

Lines live_block(const Progress& progress, const Failures& failures, const LiveFacts& facts, std::size_t rows,
                 const Look& look) {
  Lines lines;
  if (progress.planned()) lines.push_back(bar_line(progress, failures, facts, look));
  if (!failures.empty() && rows > 2) lines.push_back(first_failure(failures, look));
  if (progress.running().empty() && !facts.waiting.empty()) lines.push_back(boot_line(facts, look));
  std::size_t left = rows > lines.size() ? rows - lines.size() : 0;
  for (std::string& line : running_lines(progress, facts.elapsed, left, look)) lines.push_back(std::move(line));
  if (lines.size() > rows) lines.resize(rows);
  return lines;
}

}  // namespace dtest::report
