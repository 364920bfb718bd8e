#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/choice.hpp"
#include "cli/chosen_plan.hpp"
#include "cli/command.hpp"
#include "cli/planner.hpp"

namespace dtest::cli {
namespace {

std::string as_text(const Listing& listing) {
  std::string text;
  std::size_t examples = 0;
  for (const Listing::File& file : listing.files()) {
    text += base::valid_utf8(file.path) + "\n";
    for (const protocol::ListedExample& example : file.examples)
      text += "  " + std::to_string(example.line) + "  " + example.name + "\n";
    if (!file.error.empty()) text += "  did not load: " + file.error + "\n";
    examples += file.examples.size();
  }
  return text + base::plural(listing.files().size(), "file") + ", " + base::plural(examples, "example") + "\n";
}

std::string as_json(const Listing& listing) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const Listing::File& file : listing.files()) {
    nlohmann::ordered_json examples = nlohmann::ordered_json::array();
    for (const protocol::ListedExample& example : file.examples)
      examples.push_back({{"id", example.id}, {"line", example.line}, {"name", example.name}});
    nlohmann::ordered_json entry{{"path", file.path}, {"examples", std::move(examples)}};
    if (!file.error.empty()) entry["error"] = file.error;
    files.push_back(std::move(entry));
  }
  nlohmann::ordered_json all{{"files", std::move(files)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// As the framework orders them, except where the choice has an order of its own.
std::vector<master::PlannedItem> in_order(const protocol::Plan& plan, const Choice& choice,
                                          const std::string& project) {
  if (!choice.sequence.empty()) return make_dispatch_plan(plan, {}, project, 1, choice, {}).items;
  std::vector<master::PlannedItem> items;
  for (const std::string& path : plan.files) {
    master::PlannedItem& item = items.emplace_back();
    item.path = path;
    if (auto only = choice.examples.find(path); only != choice.examples.end()) item.examples = only->second;
  }
  std::stable_partition(items.begin(), items.end(),
                        [&](const master::PlannedItem& item) { return choice.first.contains(item.path); });
  return items;
}

}  // namespace

base::ExitCode list_command(const config::ListOptions& options) {
  config::RunOptions run;
  run.selection = options.selection;
  run.wanted = options.wanted;
  const Choice choice = choose_tests(run);
  if (!choice.nothing.empty()) {
    print(options.json ? "{\"files\":[]}\n" : choice.nothing + "\n");
    return base::ExitCode::ok;
  }
  Listing listing;
  const auto all = [&](const protocol::Plan& plan, const history::Files&) {
    std::vector<master::PlannedItem> items = in_order(plan, choice, run.selection.directory);
    listing.choose(items);
    return items;
  };
  if (const auto ended = ask_framework(run, choice, listing, all)) return *ended;
  print(options.json ? as_json(listing) : as_text(listing));
  if (listing.files().empty()) {
    std::cerr << "dtest: no file matches\n";
    return base::ExitCode::nothing;
  }
  return listing.errors() > 0 ? base::ExitCode::failed : base::ExitCode::ok;
}

}  // namespace dtest::cli
