#include "report/header.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kCommitDigits = 8;

std::string title(const std::string& framework) {
  if (framework == "rspec") return "RSpec";
  if (framework == "minitest") return "Minitest";
  return framework == "test-unit" ? "Test::Unit" : framework;
}

// "rspec+minitest" and "3.12.0+5.17.0" -> "RSpec 3.12.0, Minitest 5.17.0"
std::string framework_names(const collector::RunPlan& plan) {
  const auto names = base::split(plan.framework, '+');
  const auto versions = base::split(plan.framework_version, '+');
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string part = title(names[i]);
    if (i < versions.size() && !versions[i].empty()) part += " " + versions[i];
    if (!part.empty()) parts.push_back(part);
  }
  return base::join(parts, ", ");
}

}  // namespace

Lines start_lines(const collector::RunStart& event, const std::string& run, const Look& look) {
  std::string project = look.clean(event.project);
  if (!event.commit.empty()) project += " @ " + look.clean(event.commit.substr(0, kCommitDigits));
  if (event.dirty) project += ", changed";
  std::vector<std::string> parts{"dtest " + look.clean(event.version), project};
  if (!run.empty()) parts.push_back("run " + run.substr(0, 8));
  return labelled_parts(look, "", Colour::plain, parts);
}

Lines node_lines(const std::vector<collector::NodeJoin>& nodes, const Look& look) {
  if (look.single_node || nodes.empty()) return {};
  std::vector<std::string> parts;
  for (const collector::NodeJoin& node : nodes)
    parts.push_back(look.clean(node.name) + (node.runners > 0 ? fmt::format(" {}", node.runners) : ""));
  return labelled_parts(look, "nodes", Colour::dim, parts);
}

Lines plan_lines(const collector::RunPlan& event, const Look& look) {
  auto fresh = static_cast<std::uint64_t>(
      std::count_if(event.files.begin(), event.files.end(), [](const auto& f) { return f.fresh; }));
  std::string files = base::plural(event.files.size(), "file");
  if (event.tests_expected) files += ", " + base::plural(*event.tests_expected, "example") + " last time";
  if (fresh > 0 && fresh < event.files.size()) files += fmt::format(", {} new", fresh);
  std::string where = event.runners > 0 ? "on " + base::plural(event.runners, "runner") : "";
  if (event.expect_secs) where = "about " + base::show_secs(*event.expect_secs) + " " + where;
  std::vector<std::string> parts{files};
  if (!where.empty()) parts.push_back(where);
  std::string with = framework_names(event);
  if (!event.ruby.empty()) with += (with.empty() ? "Ruby " : ", Ruby ") + event.ruby;
  if (!with.empty()) parts.push_back(look.clean(with));
  if (event.seed) parts.push_back(fmt::format("seed {}", *event.seed));
  return labelled_parts(look, "plan", Colour::dim, parts);
}

}  // namespace dtest::report
