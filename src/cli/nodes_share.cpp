// `dtest nodes export` and `import`: a directory with sections [node.NAME] and public keys, that several people share.
#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/nodes_command.hpp"
#include "config/key_place.hpp"
#include "config/node_section.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

using config::NodeSpec;
using config::NodesOptions;

constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr const char* kFile = "/nodes";
constexpr std::string_view kHead = "# Nodes of distributest, written by 'dtest nodes export'.";

[[noreturn]] void refuse(const std::string& text) { throw base::Error(base::ExitCode::config, text); }

std::string head(const std::string& directory) {
  return std::string(kHead) + "\n# Take them over with 'dtest nodes import " + base::shell_quote(directory) +
         "', or read them in each run:\n#\n#   [nodes]\n#   include = " + directory + kFile + "\n";
}

// Somebody else's file of that name is no export that may be replaced.
void check_place(const std::string& directory) {
  const std::string path = directory + kFile;
  std::error_code problem;
  if (std::filesystem::exists(path, problem) &&
      !system::read_file(path, kLargest).value_or("").starts_with(kHead))
    refuse(path + " exists already, and was not written by 'dtest nodes export'; name another directory");
  std::filesystem::create_directories(directory, problem);
  if (problem) refuse("cannot make the directory " + directory + ": " + problem.message());
}

config::NamedKey key_of(const NodeSpec& node) {
  const std::optional<std::string> text = system::read_file(node.key_file, kLargest);
  if (!text) refuse("node " + node.name + ": there is no key file " + node.key_file);
  return config::parse_public_line(node.key_file, *text);
}

}  // namespace

base::ExitCode export_nodes(const NodesOptions& options) {
  std::string text, told;
  std::vector<std::pair<std::string, config::NamedKey>> keys;
  for (NodeSpec node : options.nodes) {
    if (node.local()) continue;
    if (!node.ssh_config.empty())
      told += "node " + node.name + ": its ssh-config, " + node.ssh_config + ", is yours and stays here\n";
    node.ssh_config.clear();
    const std::string file = node.key_file.empty() ? "" : node.name + ".pub";
    if (!file.empty()) keys.emplace_back(options.directory + "/" + file, config::load_public_key(node.key_file));
    text += "\n" + config::section_of(node, file);
  }
  if (text.empty()) refuse("there are no nodes to export; 'dtest nodes add HOST' adds one");
  check_place(options.directory);
  for (const auto& [path, key] : keys) system::write_atomic(path, config::public_line(key), 0644);
  system::write_atomic(options.directory + kFile, head(options.directory) + text, 0644);
  told += "wrote " + options.directory + kFile + " and " + base::plural(keys.size(), "public key") + "\n" +
          "Others take them over with 'dtest nodes import DIRECTORY'. A node lets in whose key.pub lies in its "
          "~/.config/distributest/allowed/.\n";
  print(base::valid_utf8(told));
  return base::ExitCode::ok;
}

base::ExitCode import_nodes(const NodesOptions& options) {
  config::NodeTable table(options.user_directory);
  table.include(options.directory + kFile, "dtest nodes import");
  std::vector<NodeSpec> fresh;
  std::vector<std::pair<std::string, config::NamedKey>> keys;
  std::string told;
  for (NodeSpec& node : table.nodes()) {
    if (node.local()) continue;
    const auto here = std::find_if(options.nodes.begin(), options.nodes.end(),
                                   [&](const NodeSpec& other) { return other.name == node.name; });
    if (here != options.nodes.end()) {
      told += "node " + node.name + " is there already, in " + here->origin + ", and stays as it is\n";
      continue;
    }
    if (!node.key_file.empty())
      keys.emplace_back(options.user_directory + config::kKnown + "/" + node.name + ".pub", key_of(node));
    fresh.push_back(std::move(node));
  }
  if (fresh.empty()) {
    print(base::valid_utf8(told + "nothing was imported\n"));
    return base::ExitCode::ok;
  }
  const config::NamedKey own = own_key(options, told);
  for (const auto& [path, key] : keys) config::write_public_key(path, key, true);
  told += "wrote " + write_sections(options, fresh) + "A node lets you in once your key, the line\n  " +
          config::public_line(own) + "is a file NAME.pub in its ~/.config/distributest/allowed/; then: dtest nodes "
          "status\n";
  print(base::valid_utf8(told));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
