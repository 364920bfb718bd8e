// `dtest nodes`: its verbs and their arguments.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/endpoint.hpp"
#include "config/fill.hpp"
#include "config/key_place.hpp"

namespace dtest::config {
namespace {

using Verb = NodesOptions::Verb;

[[noreturn]] void misuse(const std::string& text) { throw base::Error(base::ExitCode::usage, text); }

std::string text_of(const Settings& settings, std::string_view name) {
  const Setting* setting = settings.find(name);
  return setting == nullptr ? std::string() : setting->values.front();
}

Verb verb_named(const std::string& word) {
  const std::vector<std::string> names{"list", "status", "add", "remove", "export", "import"};
  const auto at = std::find(names.begin(), names.end(), word);
  if (at != names.end()) return static_cast<Verb>(at - names.begin());
  const std::string nearest = base::nearest(word, names);
  misuse(fmt::format("dtest nodes: unknown word '{}'; {}", word,
                     nearest.empty() ? "they are " + base::join(names, ", ")
                                     : fmt::format("did you mean '{}'?", nearest)));
}

// What ssh would take for an option, or a shell for more than a word, is no host.
void check_host(const std::string& host) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:";
  if (!host.empty() && !host.starts_with('-') && host.find_first_not_of(kLetters) == std::string::npos) return;
  misuse(fmt::format("'{}' is no host; write HOST or USER@HOST, as for ssh", host));
}

NodeSpec fresh_node(const Settings& settings, const std::string& target) {
  NodeSpec node;
  const std::size_t at = target.find('@');
  if (at != std::string::npos) check_host(node.ssh_user = target.substr(0, at));
  check_host(node.ssh_host = at == std::string::npos ? target : target.substr(at + 1));
  node.name = text_of(settings, "name");
  if (node.name.empty()) node.name = node.ssh_host.substr(0, node.ssh_host.find('.'));
  const bool number = node.ssh_host.find_first_not_of("0123456789.:") == std::string::npos;
  if (number && !settings.find("name")) misuse(target + " is a number: name the node with --name NAME");
  if (!is_node_name(node.name) || node.local())
    misuse(fmt::format("'{}' is no name for a node; use letters, digits, '.', '-' and '_', at most 64, and not '{}'",
                       node.name, kLocal));
  node.endpoint = text_of(settings, "endpoint");
  const bool six = node.ssh_host.find(':') != std::string::npos;
  if (node.endpoint.empty())
    node.endpoint = fmt::format("tcp://{}:7710", six ? "[" + node.ssh_host + "]" : node.ssh_host);
  const auto work = bus::Endpoint::parse_any(node.endpoint);
  if (!work.is_tcp()) misuse("--endpoint: a node on another machine listens on TCP, as in tcp://HOST:7710");
  node.results = work.of_results().text();
  return node;
}

std::vector<NodeSpec> named(const std::vector<NodeSpec>& all, const std::vector<std::string>& words) {
  if (words.empty()) return all;
  return choose_nodes(all, base::join(words, ","), "dtest nodes", base::ExitCode::usage, false).nodes;
}

// DIRECTORY, and of an export the nodes: without names those that are not left out.
NodesOptions shared(NodesOptions nodes, std::vector<std::string> words, const std::vector<NodeSpec>& all,
                    const std::string& directory) {
  const bool out = nodes.verb == Verb::export_to;
  if (words.empty() || words.front().empty() || (!out && words.size() > 1))
    misuse(out ? "dtest nodes export takes a DIRECTORY, and names of nodes if it is not to be all"
               : "dtest nodes import takes one DIRECTORY, which 'dtest nodes export' wrote");
  nodes.directory = words.front().starts_with('/') ? words.front() : directory + "/" + words.front();
  words.erase(words.begin());
  nodes.nodes = !out || all.empty() ? all : choose_nodes(all, base::join(words, ","), "dtest nodes",
                                                         base::ExitCode::usage, false).nodes;
  return nodes;
}

}  // namespace

NodesOptions fill_nodes(const Settings& settings, const Flags& flags, const std::vector<NodeSpec>& all,
                        const std::string& directory, const std::string& user_directory) {
  if (user_directory.empty())
    throw base::Error(base::ExitCode::config,
                      "neither XDG_CONFIG_HOME nor HOME is set, so there is no place for nodes");
  NodesOptions nodes;
  std::vector<std::string> words = flags.positionals;
  words.insert(words.end(), flags.after_dashes.begin(), flags.after_dashes.end());
  if (!words.empty()) nodes.verb = verb_named(words.front()), words.erase(words.begin());
  nodes.user_directory = user_directory;
  nodes.key_file = user_directory + kOwnKey;
  nodes.json = text_of(settings, "json") == "true";
  const bool add = nodes.verb == Verb::add, one = add || nodes.verb == Verb::remove;
  const bool share = nodes.verb == Verb::export_to || nodes.verb == Verb::import_from;
  for (std::string_view option : {"name", "endpoint", "ssh-config"})
    if (!add && settings.find(option) != nullptr) misuse(fmt::format("--{} goes with 'dtest nodes add'", option));
  if ((one || share) && nodes.json) misuse("--json goes with 'dtest nodes list' and 'dtest nodes status'");
  if (one && words.size() != 1)
    misuse(add ? "dtest nodes add takes one [USER@]HOST" : "dtest nodes remove takes one NAME of a node");
  if (share) return shared(std::move(nodes), words, all, directory);
  nodes.nodes = one ? all : named(all, words);
  if (one) nodes.target = words.front();
  if (!add) return nodes;
  nodes.fresh = fresh_node(settings, nodes.target);
  const std::string ssh_config = text_of(settings, "ssh-config");
  if (!ssh_config.empty())
    nodes.fresh.ssh_config = ssh_config.starts_with('/') ? ssh_config : directory + "/" + ssh_config;
  nodes.fresh.key_file = user_directory + kKnown + "/" + nodes.fresh.name + ".pub";
  return nodes;
}

}  // namespace dtest::config
