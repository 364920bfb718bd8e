#include "cli/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "cli/chosen_plan.hpp"
#include "cli/command.hpp"
#include "cli/planner.hpp"
#include "cli/stored.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

struct Step {
  std::string path, why;
  std::uint32_t runner = 0;
  double at = 0;
  std::optional<double> secs;
  bool fresh = false;
  std::size_t examples = 0;  ///< chosen ones; 0: all
};

struct Forecast {
  std::vector<Step> steps;  ///< in the order of dispatch
  std::optional<double> secs;
  std::uint32_t runners = 0;
  std::size_t planned = 0;  ///< files of all parts
};

// As a node hands files out: the next one to the runner that is free first, unless it has its own.
Forecast forecast(const DispatchPlan& plan, const std::vector<Runner>& fixed, std::uint32_t runners) {
  Forecast result;
  result.runners = fixed.empty() ? runners : static_cast<std::uint32_t>(fixed.size());
  result.secs = plan.announcement.expect_secs;
  std::vector<double> free(result.runners);
  const auto owner = [&](const master::PlannedItem& item) {
    return free.begin() + (std::find_if(fixed.begin(), fixed.end(), [&](const Runner& runner) {
                             return runner.node == item.node && runner.slot == item.slot;
                           }) - fixed.begin());
  };
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const auto next = fixed.empty() ? std::min_element(free.begin(), free.end()) : owner(plan.items[i]);
    const collector::PlannedFile& file = plan.announcement.items[i].file;
    const auto& examples = plan.items[i].examples;
    result.steps.push_back({file.path, plan.why[i], static_cast<std::uint32_t>(next - free.begin()) + 1, *next,
                            file.expect_secs, file.fresh, examples ? examples->size() : 0});
    *next += file.expect_secs.value_or(0);
  }
  return result;
}

std::string for_programs(const Forecast& forecast) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const Step& step : forecast.steps) {
    nlohmann::ordered_json file{{"path", step.path}, {"runner", step.runner}, {"at_secs", step.at}};
    if (step.secs) file["expect_secs"] = *step.secs;
    file["new"] = step.fresh;
    if (step.examples > 0) file["examples"] = step.examples;
    file["why"] = step.why;
    files.push_back(std::move(file));
  }
  nlohmann::ordered_json all{{"runners", forecast.runners}};
  if (forecast.secs) all["expect_secs"] = *forecast.secs;
  all["files"] = std::move(files);
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string for_people(const Forecast& forecast, const report::Look& look) {
  std::size_t width = 20;
  for (const Step& step : forecast.steps) width = std::max(width, base::columns(look.path(step.path, 0, 1000)));
  width = std::min(width, std::max<std::size_t>(20, look.width / 2));
  std::string text = fmt::format("{:>7}  {:>6}  {:>7}  {}  why\n", "from", "runner", "takes", cell(look, "file", width));
  for (const Step& step : forecast.steps) {
    const std::string examples = step.examples > 0 ? base::plural(step.examples, "example") + "; " : "";
    const std::size_t used = 7 + 2 + 6 + 2 + 7 + 2 + width + 2;
    text += fmt::format("{:>7}  {:>6}  {:>7}  {}  {}\n", report::show_clock(step.at), step.runner,
                        step.secs ? base::show_secs(*step.secs) : "?",
                        report::pad(look.path(step.path, 0, width), width),
                        look.cut(look.clean(examples + step.why), look.width > used + 10 ? look.width - used : 10));
  }
  text += fmt::format("{} on {}", base::plural(forecast.steps.size(), "file"), base::plural(forecast.runners, "runner"));
  if (forecast.secs) text += fmt::format(", about {} of tests", base::show_secs(*forecast.secs));
  return text + "\n";
}

}  // namespace

base::ExitCode dry_run(const config::RunOptions& options, const Choice& choice) {
  const std::uint32_t runners = options.runners.resolve(system::cpu_count());
  const std::vector<Runner> fixed = fixed_runners(options);
  Listing listing;
  Forecast expected;
  const auto foresee = [&](const protocol::Plan& plan, const history::Files& known) {
    if (!plan.files.empty()) listing.close();  // otherwise the boot process says where it looked
    const auto order = make_dispatch_plan(plan, known, options.selection.directory, runners, choice, fixed);
    expected = forecast(order, fixed, runners);
    return std::vector<master::PlannedItem>{};  // no examples are asked for
  };
  if (const auto ended = ask_framework(options, choice, listing, foresee)) return *ended;
  if (options.json) print(for_programs(expected));
  else if (!expected.steps.empty()) print(for_people(expected, look_of_output(options.color)));
  if (!expected.steps.empty()) return base::ExitCode::ok;
  std::cerr << "dtest: no file matches\n";
  return base::ExitCode::nothing;
}

}  // namespace dtest::cli
