// dtest config show|check: every setting that would count, and who said it.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/stored.hpp"

namespace dtest::cli {
namespace {

using config::ConfigOptions;
using config::Origin;
using config::Setting;
using Json = nlohmann::ordered_json;

// What a file can say, by its key; the rest as the flag that says it.
std::string name_of(const config::Option& option) {
  return option.key.empty() ? "--" + std::string(option.name) : std::string(option.key);
}

// Flags of one run that nobody gave are no news.
bool is_shown(const Setting& setting) {
  return !setting.option->key.empty() || setting.origin.kind != Origin::Kind::built_in;
}

std::vector<const Setting*> shown(const std::vector<Setting>& settings) {
  std::vector<const Setting*> list;
  for (const Setting& setting : settings)
    if (is_shown(setting)) list.push_back(&setting);
  std::stable_sort(list.begin(), list.end(), [](const Setting* a, const Setting* b) { return a->option < b->option; });
  return list;
}

std::string_view kind_name(Origin::Kind kind) {
  switch (kind) {
    case Origin::Kind::flag: return "flag";
    case Origin::Kind::environment: return "environment";
    case Origin::Kind::file: return "file";
    case Origin::Kind::built_in: break;
  }
  return "default";
}

Json origin_of(const Setting& setting) {
  Json origin{{"kind", kind_name(setting.origin.kind)}};
  if (!setting.origin.name.empty()) origin["name"] = setting.origin.name;
  if (setting.origin.line > 0) origin["line"] = setting.origin.line;
  return origin;
}

std::string for_programs(const ConfigOptions& options, const std::vector<Setting>& settings,
                         const std::vector<std::string>& warnings) {
  Json files = Json::array();
  for (const ConfigOptions::File& file : options.files) files.push_back({{"path", file.path}, {"exists", file.read}});
  Json all{{"ok", options.problems.empty()}, {"files", std::move(files)}, {"problems", options.problems},
           {"warnings", warnings}};
  Json nodes = Json::array();
  for (const config::NodeSpec& node : options.nodes) nodes.push_back({{"name", node.name}, {"origin", node.origin}});
  all["nodes"] = std::move(nodes);
  if (!options.check) {
    Json list = Json::array();
    for (const Setting* setting : shown(settings)) {
      Json one{{"name", setting->option->name}};
      if (!setting->option->key.empty()) one["key"] = setting->option->key;
      if (setting->option->repeatable) one["values"] = setting->values;
      else one["value"] = setting->values.front();
      one["origin"] = origin_of(*setting);
      list.push_back(std::move(one));
    }
    all["settings"] = std::move(list);
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string files_text(const ConfigOptions& options, const report::Look& look) {
  std::string text = "files, the first that says something counts\n";
  for (const ConfigOptions::File& file : options.files)
    text += fmt::format("  {}{}\n", look.clean(file.path), file.read ? "" : "  (not there)");
  return text;
}

// Defaults are dim: what somebody said stands out.
std::string for_people(const ConfigOptions& options, const std::vector<Setting>& settings, const report::Look& look) {
  const std::vector<const Setting*> list = shown(settings);
  std::size_t names = 0;
  std::size_t values = 0;
  const auto value = [&](const Setting& setting) { return look.clean(base::join(setting.values, ", ")); };
  for (const Setting* setting : list) {
    names = std::max(names, name_of(*setting->option).size());
    values = std::max(values, std::min<std::size_t>(base::columns(value(*setting)), 30));
  }
  std::string text = files_text(options, look) + "\n";
  for (const Setting* setting : list) {
    const bool standard = setting->origin.kind == Origin::Kind::built_in;
    const std::string line = fmt::format("{}  {}  {}", report::pad(name_of(*setting->option), names),
                                         report::pad(value(*setting), values), look.clean(setting->origin.text()));
    text += look.palette(standard ? report::Colour::dim : report::Colour::plain, line) + "\n";
  }
  for (const config::NodeSpec& node : options.nodes)
    text += fmt::format("{}  {}  {}\n", report::pad("node", names), report::pad(look.clean(node.name), values),
                        node.origin.empty() ? "default" : look.clean(node.origin));
  return text;
}

}  // namespace

base::ExitCode config_command(const ConfigOptions& options, const std::vector<Setting>& settings,
                              const std::vector<std::string>& warnings) {
  if (options.json) print(for_programs(options, settings, warnings));
  else if (!options.check) print(for_people(options, settings, look_of_output(options.color)));
  else if (options.problems.empty())
    print(warnings.empty() ? "the configuration is sound\n"
                           : "the configuration can be used; see the " +
                                 std::string(warnings.size() == 1 ? "warning" : "warnings") + " above\n");
  for (const std::string& problem : options.problems) std::cerr << "dtest: " << problem << "\n";
  return options.problems.empty() ? base::ExitCode::ok : static_cast<base::ExitCode>(options.code);
}

}  // namespace dtest::cli
