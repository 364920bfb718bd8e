// `dtest nodes status`: who has which runners of which node since when.
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/node_question.hpp"
#include "cli/nodes_command.hpp"

namespace dtest::cli {
namespace {

using config::NodeSpec;

constexpr base::Duration kLimit = std::chrono::seconds(15);

bool left_out(const NodeSpec& node) { return node.runners == 0U; }

nlohmann::ordered_json as_json(const protocol::Tenant& tenant) {
  return {{"run", tenant.run.hex()},     {"who", tenant.who},   {"project", tenant.project},
          {"runners", tenant.runners},   {"busy", tenant.busy}, {"since_secs", base::seconds(tenant.since)}};
}

nlohmann::ordered_json as_json(const NodeSpec& node, const NodeAnswer& answer) {
  nlohmann::ordered_json all{{"name", node.name}, {"endpoint", node.endpoint}, {"state", left_out(node) ? "left out" : answer.up ? "up" : "down"}};
  if (left_out(node)) return all;
  if (!answer.up) {
    all["why"] = answer.why;
    return all;
  }
  all["runners"] = answer.status.runners;
  all["sessions"] = nlohmann::ordered_json::array();
  for (const protocol::Tenant& tenant : answer.status.tenants) all["sessions"].push_back(as_json(tenant));
  return all;
}

std::string lines_of(const NodeSpec& node, const NodeAnswer& answer) {
  if (left_out(node)) return node.name + ": left out: it has runners = 0 (" + node.origin + ")\n";
  if (!answer.up) return node.name + ": cannot be used: " + answer.why + "\n";
  std::uint32_t busy = 0;
  for (const protocol::Tenant& tenant : answer.status.tenants) busy += tenant.busy;
  std::string text = node.name + ": " + base::plural(answer.status.runners, "runner") + ", " + std::to_string(busy) +
                     " busy\n";
  for (const protocol::Tenant& tenant : answer.status.tenants)
    text += "  " + std::to_string(tenant.busy) + " with " + tenant.who + ", " + tenant.project + ", since " +
            base::show_secs(base::seconds(tenant.since)) + "\n";
  return text;
}

}  // namespace

base::ExitCode nodes_status(const config::NodesOptions& options) {
  std::vector<NodeSpec> others, used;
  for (const NodeSpec& node : options.nodes) {
    if (node.local()) continue;
    others.push_back(node);
    if (!left_out(node)) used.push_back(node);
  }
  auto answers = ask_nodes(used, options.key_file, kLimit);
  bool all_up = true;
  std::string text;
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const NodeSpec& node : others) {
    const NodeAnswer& answer = answers[node.name];
    all_up = all_up && (answer.up || left_out(node));
    if (options.json) all.push_back(as_json(node, answer));
    else text += lines_of(node, answer);
  }
  if (options.json) text = all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  else if (others.empty()) text = "no nodes, so runs are on this machine alone; 'dtest nodes add HOST' adds one\n";
  print(options.json ? text : base::valid_utf8(text));
  return all_up ? base::ExitCode::ok : base::ExitCode::no_node;
}

}  // namespace dtest::cli
