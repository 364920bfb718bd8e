#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.hpp"
#include "collector/rerun.hpp"

namespace dtest::report {
namespace {

void append(Lines& lines, const Lines& more) { lines.insert(lines.end(), more.begin(), more.end()); }

std::string cause_name(const std::string& cause) {
  if (cause == "hooks") return "set-up hooks";
  if (cause == "boot") return "booting";
  if (cause == "set_up") return "set-up";
  if (cause == "waiting") return "waiting for work";
  return cause == "tail" ? "last files" : cause;
}

std::string percent(double share) { return fmt::format("{}%", static_cast<int>(std::lround(share * 100))); }

std::string idle(const collector::Efficiency& e, const Look& look) {
  std::vector<std::pair<double, std::string>> causes;
  for (const auto& [cause, share] : e.idle_by_cause) {
    if (share >= 0.005) causes.emplace_back(share, cause);
  }
  if (causes.empty()) return "";
  std::sort(causes.rbegin(), causes.rend());
  std::vector<std::string> parts;
  for (const auto& [share, cause] : causes)
    parts.push_back(fmt::format("{} {}", look.clean(cause_name(cause)), percent(share)));
  return "idle: " + base::join(parts, ", ");
}

Lines flaky_lines(const std::vector<FlakyTest>& flaky, std::size_t most, const Look& look) {
  Lines lines;
  for (std::size_t i = 0; i < flaky.size() && i < most; ++i) {
    const FlakyTest& f = flaky[i];
    std::string text = look.path(f.path, f.line, look.width - kIndent) + "  " + f.good_on;
    if (!f.why.empty()) text += "; before, " + f.why;
    append(lines, labelled(look, "flaky", Colour::yellow, text));
    if (!f.exact.empty())
      lines.push_back(std::string(kIndent, ' ') + look.palette(Colour::cyan, "exact   " + f.exact));
  }
  if (flaky.size() > most) lines.push_back(fmt::format("         {} {} more flaky", look.more(), flaky.size() - most));
  return lines;
}

// One line, however many: the events have them all.
Lines changed_lines(const std::vector<collector::FileChanged>& changed, const Look& look) {
  if (changed.empty()) return {};
  std::string names = look.path(changed.front().path, 0, look.width / 2);
  if (changed.size() > 1) names += fmt::format(" and {} more", changed.size() - 1);
  std::string text = fmt::format("{} changed during the run, and {} verdict may be of either text: {}",
                                 base::plural(changed.size(), "test file"), changed.size() == 1 ? "its" : "their",
                                 names);
  return labelled(look, "changed", Colour::yellow, text + " (--copy runs on a copy)");
}

// Whatever kept all of it from running keeps the rest from it too.
bool could_not_begin(const collector::RunEnd& end) {
  return end.verdict == "error" && end.counts.total() == end.counts.not_run;
}

// What to run next: what was bad, and what was left.
std::vector<std::pair<std::string, std::string>> closing_commands(const SummaryFacts& facts,
                                                                  const ConsoleOptions& options, const Look& look) {
  std::vector<std::pair<std::string, std::string>> commands;
  const std::string again = look.clean(rerun_command(facts.failures, facts.manner, options.rerun_columns));
  if (!again.empty()) commands.emplace_back("rerun", again);
  if (!facts.end.not_run.empty() && !options.kept_as.empty() && !could_not_begin(facts.end))
    commands.emplace_back(
        "go on", look.clean(base::shell_line(collector::run_command(facts.manner, {"--resume", options.kept_as}))));
  return commands;
}

// "rerun    dtest run a:4 b:7     seed 48213 · exit 1"; the command is one line, however long, so that it can be
// copied.
Lines closing_lines(const SummaryFacts& facts, const ConsoleOptions& options, const Look& look) {
  std::vector<std::string> parts;
  if (facts.seed) parts.push_back(fmt::format("seed {}", *facts.seed));
  parts.push_back(fmt::format("exit {}", facts.end.exit_code));
  std::string tail = base::join(parts, look.dot());
  Lines lines;
  std::size_t columns = 0;
  for (const auto& [label, command] : closing_commands(facts, options, look)) {
    lines.push_back(pad(look.palette(Colour::dim, label), kIndent) + look.palette(Colour::cyan, command));
    columns = kIndent + base::columns(command);
  }
  if (lines.empty()) return facts.end.exit_code == 0 ? Lines{} : Lines{std::string(kIndent, ' ') + tail};
  if (columns + base::columns(tail) + 4 <= look.width) lines.back() += "    " + tail;
  else lines.push_back(std::string(kIndent, ' ') + tail);
  return lines;
}

void append_part(Lines& lines, const Lines& part) {
  if (part.empty()) return;
  if (!lines.empty()) lines.emplace_back();
  append(lines, part);
}

}  // namespace

Lines efficiency_lines(const collector::RunEnd& end, const Look& look) {
  const collector::Efficiency& e = end.efficiency;
  if (e.runners == 0 || e.work_secs <= 0) return {};
  std::vector<std::string> parts{fmt::format("{} of work on {} = {:.1f}x one runner", base::show_secs(e.work_secs),
                                             base::plural(e.runners, "runner"), e.speedup),
                                 percent(e.busy) + " busy"};
  if (e.ideal_secs > 0) parts.push_back("best possible " + base::show_secs(e.ideal_secs));
  if (e.first_test_secs > 0) parts.push_back("first example after " + base::show_secs(e.first_test_secs));
  Lines lines = labelled_parts(look, "use", Colour::dim, parts);
  std::string why = idle(e, look);
  if (!why.empty()) append(lines, labelled(look, "", Colour::plain, why));
  return lines;
}

Lines not_run_lines(const collector::RunEnd& end, std::size_t most, const Look& look) {
  if (end.not_run.empty()) return {};
  std::map<std::pair<std::string, std::string>, std::uint64_t> files;  // (path, reason): examples, 0 = the whole file
  for (const collector::NotRun& n : end.not_run) files[{n.path, n.reason}] += n.id.empty() ? 0 : 1;
  std::string head = fmt::format("not run ({})", base::plural(files.size(), "file"));
  Lines lines{look.palette(Colour::bold_yellow, head)};
  std::size_t shown = 0;
  std::size_t half = std::max<std::size_t>(look.width / 2, 20);
  std::size_t width = 0;
  for (const auto& [key, examples] : files) width = std::max(width, base::columns(look.path(key.first, 0, half)));
  for (const auto& [key, examples] : files) {
    if (shown++ == most) break;
    std::string text = "  " + pad(look.path(key.first, 0, half), width) + "  ";
    text += examples > 0 ? base::plural(examples, "example") : "whole file";
    if (!key.second.empty()) text += ": " + look.clean(key.second);
    lines.push_back(look.cut(text, look.width));
  }
  if (files.size() > most) lines.push_back(fmt::format("  {} {} more", look.more(), files.size() - most));
  return lines;
}

Lines summary(const SummaryFacts& facts, const ConsoleOptions& options, const Look& look) {
  Lines lines;
  if (options.format != Format::quiet) {
    append_part(lines, facts.slow_files.lines("slow files", options.list_lines, look));
    append_part(lines, facts.slow_tests.lines("slow examples", options.list_lines, look));
    append_part(lines, efficiency_lines(facts.end, look));
    append(lines, facts.outgrown.lines(look));
    append_part(lines, flaky_lines(facts.flaky, options.list_lines, look));
  }
  Lines verdict;
  if (!facts.failures.empty()) {
    verdict.push_back(look.palette(Colour::bold, "failures"));
    append(verdict, failure_list(facts.failures, options.failure_lines, look));
  }
  append_part(verdict, not_run_lines(facts.end, options.list_lines, look));
  append_part(verdict, changed_lines(facts.changed, look));
  append_part(verdict, facts.rates.lines(look));
  append_part(verdict, verdict_lines(facts.end, facts.failures, look));
  append(verdict, closing_lines(facts, options, look));
  append_part(lines, verdict);
  return lines;
}

}  // namespace dtest::report
