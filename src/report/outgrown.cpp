#include "report/outgrown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace dtest::report {

void Outgrown::add(const collector::RunnerEnd& event) {
  if (event.reason != "memory") return;
  Runner& runner = runners_[{event.place.node, event.place.runner}];
  ++runner.times;
  runner.most_kb = std::max(runner.most_kb, event.rss_kb);
}

Lines Outgrown::lines(const Look& look) const {
  std::vector<std::string> parts;
  for (const auto& [place, runner] : runners_) {
    parts.push_back(fmt::format("{} replaced {} at {}{}", look.place({place.first, place.second}),
                                runner.times == 1 ? "once" : fmt::format("{} times", runner.times),
                                runner.times == 1 ? "" : "up to ", base::show_bytes(runner.most_kb * 1024)));
  }
  return parts.empty() ? Lines{} : labelled_parts(look, "memory", Colour::dim, parts);
}

}  // namespace dtest::report
