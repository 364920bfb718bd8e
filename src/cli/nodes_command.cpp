#include "cli/nodes_command.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "config/key_place.hpp"
#include "config/node_section.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

using config::NodeSpec;
using config::NodesOptions;

constexpr std::size_t kLargest = std::size_t{1} << 20U;

nlohmann::ordered_json as_json(const NodeSpec& node) {
  nlohmann::ordered_json all{{"name", node.name}, {"endpoint", node.endpoint}, {"weight", node.weight}};
  all["runners"] = node.runners ? nlohmann::ordered_json(*node.runners) : nlohmann::ordered_json("auto");
  all["sync"] = node.sync ? "rsync" : "off";
  if (!node.ssh_host.empty()) all["ssh"] = (node.ssh_user.empty() ? "" : node.ssh_user + "@") + node.ssh_host;
  if (!node.key_file.empty()) all["key_file"] = node.key_file;
  all["origin"] = node.origin;
  return all;
}

std::string line_of(const NodeSpec& node, std::size_t width) {
  const std::string runners = !node.runners ? "all its runners" : *node.runners == 0
                                  ? "left out" : base::plural(*node.runners, "runner");
  return node.name + std::string(width + 2 - node.name.size(), ' ') + (node.local() ? "this machine" : node.endpoint) +
         ", " + runners + (node.weight == 1 ? "" : ", weight " + std::to_string(node.weight)) + "  (" + node.origin +
         ")\n";
}

}  // namespace

base::ExitCode list_nodes(const NodesOptions& options) {
  std::size_t width = 0;
  for (const NodeSpec& node : options.nodes) width = std::max(width, node.name.size());
  std::string text;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const NodeSpec& node : options.nodes) {
    if (options.json) all.push_back(as_json(node));
    else text += line_of(node, width);
  }
  if (options.json) text = all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  else if (text.empty()) text = "no nodes, so runs are on this machine alone; 'dtest nodes add HOST' adds one\n";
  print(options.json ? text : base::valid_utf8(text));
  return base::ExitCode::ok;
}

base::ExitCode remove_node(const NodesOptions& options) {
  const std::string path = options.user_directory + "/config";
  const auto at = std::find_if(options.nodes.begin(), options.nodes.end(),
                               [&](const NodeSpec& node) { return node.name == options.target; });
  if (at == options.nodes.end())
    throw base::Error(base::ExitCode::usage, "there is no node '" + options.target + "'; see 'dtest nodes list'");
  const std::string text = system::read_file(path, kLargest).value_or("");
  const std::optional<std::string> rest = config::without_section(text, options.target);
  if (!rest)
    throw base::Error(base::ExitCode::config, "node " + options.target + " is not in " + path + ", but in " +
                                                  at->origin + ": take it out there");
  system::write_atomic(path, *rest, 0644);
  const std::string key = options.user_directory + config::kKnown + "/" + options.target + ".pub";
  const bool had_key = std::remove(key.c_str()) == 0;
  print("node " + options.target + " is removed from " + base::valid_utf8(path) + (had_key ? ", and its key" : "") +
        "\nIt still lets your key in, until that is removed from ~/.config/distributest/allowed/ there.\n");
  return base::ExitCode::ok;
}

base::ExitCode nodes_command(const NodesOptions& options) {
  switch (options.verb) {
    case NodesOptions::Verb::status: return nodes_status(options);
    case NodesOptions::Verb::add: return add_node(options);
    case NodesOptions::Verb::remove: return remove_node(options);
    case NodesOptions::Verb::export_to: return export_nodes(options);
    case NodesOptions::Verb::import_from: return import_nodes(options);
    case NodesOptions::Verb::list: break;
  }
  return list_nodes(options);
}

}  // namespace dtest::cli
