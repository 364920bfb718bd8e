#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/summary.hpp"

namespace dtest::report {
namespace {

struct Word {
  std::string_view text;
  Colour colour;
};

Word word_of(const std::string& verdict) {
  if (verdict == "passed") return {"PASSED", Colour::bold_green};
  if (verdict == "failed") return {"FAILED", Colour::bold_red};
  if (verdict == "incomplete") return {"INCOMPLETE", Colour::bold_yellow};
  if (verdict == "cancelled") return {"CANCELLED", Colour::bold_yellow};
  if (verdict == "nothing") return {"NOTHING RAN", Colour::bold_yellow};
  return {"ERROR", Colour::bold_red};
}

class Parts {
 public:
  explicit Parts(const Look& look) : look_(look) {}
  void add(std::uint64_t n, std::string_view what, Colour colour) {
    if (n > 0) list_.push_back(look_.palette(colour, base::show_count(n) + " " + std::string(what)));
  }
  void add(std::string text) { list_.push_back(std::move(text)); }
  [[nodiscard]] const Lines& list() const { return list_; }

 private:
  const Look& look_;
  std::vector<std::string> list_;
};

std::string took(const collector::RunEnd& end) {
  std::string text = base::show_secs(end.secs);
  bool worth = end.expect_secs && std::max(end.secs, *end.expect_secs) >= 1;
  return worth ? text + " (expected " + base::show_secs(*end.expect_secs) + ")" : text;
}

}  // namespace

Lines verdict_lines(const collector::RunEnd& end, const Failures& failures, const Look& look) {
  const collector::Counts& c = end.counts;
  std::uint64_t unloaded = failures.count("LOAD");
  Parts parts(look);
  parts.add(c.failed, "failed", Colour::bold_red);
  parts.add(unloaded, unloaded == 1 ? "file did not load" : "files did not load", Colour::bold_red);
  parts.add(c.error > unloaded ? c.error - unloaded : 0, c.error - unloaded == 1 ? "error" : "errors",
            Colour::bold_red);
  parts.add(c.crashed, "crashed", Colour::bold_red);
  parts.add(c.timed_out, "timed out", Colour::bold_red);
  parts.add(end.errors_outside, end.errors_outside == 1 ? "error outside of examples" : "errors outside of examples",
            Colour::bold_red);
  if (c.passed > 0) {
    // Where some are pending, they may be the flaky ones.
    const bool passed = c.flaky > 0 && c.pending == 0;
    std::string flaky = passed ? look.palette(Colour::yellow, fmt::format(" ({} flaky)", c.flaky)) : "";
    parts.add(look.palette(Colour::green, base::show_count(c.passed) + " passed") + flaky);
  }
  parts.add(c.pending, "pending", Colour::yellow);
  if (c.pending > 0) parts.add(c.flaky, "of them flaky", Colour::yellow);
  parts.add(c.not_run, "not run", Colour::yellow);
  if (end.verdict != "nothing" && end.secs > 0) parts.add(took(end));
  Word word = word_of(end.verdict);
  if (parts.list().empty()) return labelled(look, word.text, word.colour, look.clean(end.reason));
  Lines lines = labelled_parts(look, word.text, word.colour, parts.list());
  if (!end.reason.empty()) {
    for (const std::string& part : wrap(look.clean(end.reason), look.width - kIndent)) {
      lines.push_back(std::string(kIndent, ' ') + part);
    }
  }
  return lines;
}

}  // namespace dtest::report
