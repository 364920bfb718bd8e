#include "report/node_rates.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kLeastBad = 5;    // fewer are chance
constexpr std::size_t kLeastFiles = 5;  // of the others: fewer compare nothing
constexpr double kTimes = 5;            // as often as the others

}  // namespace

void NodeRates::add(const collector::FileEnd& e) {
  if (e.status == collector::Status::not_run) return;
  Files& files = nodes_[e.place.node];
  files.all.insert(e.path);
  if (collector::is_bad(e.status)) files.bad.insert(e.path);
}

void NodeRates::add(const collector::TestRetry& e) {
  Files& files = nodes_[e.place.node];
  files.all.insert(e.path);
  files.bad.insert(e.path);
}

std::string NodeRates::others(const std::string& name) const {
  std::vector<std::string> names;
  for (const auto& [other, files] : nodes_)
    if (other != name) names.push_back(other);
  return base::join(names, ",");
}

Lines NodeRates::lines(const Look& look) const {
  Lines lines;
  for (const auto& [name, own] : nodes_) {
    std::size_t all = 0;
    std::size_t bad = 0;
    for (const auto& [other, files] : nodes_) {
      if (other == name) continue;
      all += files.all.size();
      bad += files.bad.size();
    }
    if (own.bad.size() < kLeastBad || all < kLeastFiles) continue;
    const double rate = static_cast<double>(own.bad.size()) / static_cast<double>(own.all.size());
    const double elsewhere = static_cast<double>(bad) / static_cast<double>(all);
    if (rate < elsewhere * kTimes) continue;
    const Lines text = labelled(look, "NODE", Colour::bold_yellow,
                                fmt::format("{} fails more than the others: {} of its {} were bad, {} of {} elsewhere; "
                                            "--nodes {} leaves it out",
                                            look.clean(name), own.bad.size(), base::plural(own.all.size(), "file"), bad,
                                            all, look.clean(others(name))));
    lines.insert(lines.end(), text.begin(), text.end());
  }
  return lines;
}

}  // namespace dtest::report
