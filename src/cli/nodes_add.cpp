// `dtest nodes add [USER@]HOST`: looks whether the host can be a node, exchanges keys with it, writes its section.
#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/endpoint.hpp"
#include "cli/command.hpp"
#include "cli/node_copies.hpp"
#include "cli/node_question.hpp"
#include "cli/nodes_command.hpp"
#include "cli/ssh_script.hpp"
#include "config/key_file.hpp"
#include "config/node_section.hpp"
#include "system/files.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

using config::NodeSpec;
using config::NodesOptions;

constexpr base::Duration kLimit = std::chrono::seconds(5);
constexpr std::size_t kLargest = std::size_t{1} << 20U;

constexpr const char* kThisMachine = "[node.local]\nrunners = auto\n";

// What it says begins with a mark: the person's shell may greet. A key that is there by this name is another's: several
// people may be root at a machine called localhost.
constexpr const char* kScript = R"sh(for program in rsync dtest dtestd; do
  command -v $program >/dev/null || { echo "dtest-lacks $program"; exit 0; }
done
dir=${XDG_CONFIG_HOME:-$HOME/.config}/distributest
umask 077
if [ ! -e "$dir/node-key" ]; then dtest keygen --node >/dev/null || exit 1; fi
mkdir -p "$dir/allowed" || exit 1
if ! grep -qxF -- "$LINE" "$dir"/allowed/*.pub 2>/dev/null; then
  file=$dir/allowed/$FILE n=1
  while [ -e "$file.pub" ]; do n=$((n + 1)); file=$dir/allowed/$FILE-$n; done
  printf '%s\n' "$LINE" >"$file.new" && mv "$file.new" "$file.pub" || exit 1
fi
set -- $SSH_CONNECTION
echo "dtest-address $3"
echo "dtest-key $(cat "$dir/node-key.pub")"
)sh";

std::string plain(std::string text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  std::replace_if(text.begin(), text.end(), [&](char c) { return kLetters.find(c) == std::string::npos; }, '-');
  return text;
}

void check_new(const NodesOptions& options) {
  for (const NodeSpec& node : options.nodes)
    if (node.name == options.fresh.name)
      throw base::Error(base::ExitCode::config, "node " + node.name + " is there already, in " + node.origin +
                                                    "; give this one another --name, or 'dtest nodes remove " +
                                                    node.name + "' first");
}

// The value of the line that begins with `mark`, or nothing.
std::optional<std::string> said(const std::string& output, const std::string& mark) {
  for (const std::string& line : base::split(output, '\n'))
    if (line.starts_with(mark + " ")) return std::string(base::trim(line.substr(mark.size() + 1)));
  return std::nullopt;
}

struct Host {
  config::NamedKey key;
  std::string address;  ///< its own, by which ssh reached it; empty where its sshd does not tell
};

Host exchange(const NodeSpec& node, const config::NamedKey& own) {
  std::string line = config::public_line(own);
  line.pop_back();
  const std::string file = plain(system::user_name() + "-" + system::host_name());
  const std::string output = run_over_ssh(
      ssh_host(node), "LINE=" + base::shell_quote(line) + "; FILE=" + base::shell_quote(file) + "\n" + kScript);
  if (auto lacks = said(output, "dtest-lacks"))
    throw base::Error(base::ExitCode::no_node,
                      node.ssh_host + " has no " + *lacks + " in the PATH of 'ssh " + node.ssh_host + " " + *lacks +
                          "'; install " + (*lacks == "rsync" ? "it" : "distributest") + " there");
  const std::optional<std::string> key = said(output, "dtest-key");
  if (!key)
    throw base::Error(base::ExitCode::no_node, node.ssh_host + ": no key came back: " + output.substr(0, 200));
  return {config::parse_public_line("the key of " + node.ssh_host, *key + "\n"),
          said(output, "dtest-address").value_or("")};
}

// What dtestd listens on is an address of its own machine, not a name that others have for it.
std::string to_listen_on(const NodeSpec& node, const std::string& own_address) {
  const bus::Endpoint endpoint = bus::Endpoint::parse_any(node.endpoint);
  const std::string named = endpoint.host();
  const bool number = named.find_first_not_of("0123456789.") == std::string::npos || named.find(':') != std::string::npos;
  const std::string host = number || own_address.empty() ? named : own_address;
  const bool six = host.find(':') != std::string::npos;
  return "tcp://" + (six ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

std::string next_step(const NodeSpec& node, const NodeAnswer& answer, const std::string& own_address) {
  if (answer.up) return "it answers, with " + base::plural(answer.status.runners, "runner") + "\n";
  return "it does not answer yet (" + answer.why + ")\n" + "start there: dtestd --listen " +
         to_listen_on(node, own_address) +
         "\nthen here:   dtest nodes status " + node.name + "\n";
}

}  // namespace

config::NamedKey own_key(const NodesOptions& options, std::string& told) {
  std::error_code ignored;
  if (std::filesystem::exists(options.key_file, ignored)) {
    const bus::KeyPair pair = config::load_key_pair(options.key_file, "dtest keygen");
    return {pair.open, system::user_name() + "@" + system::host_name()};
  }
  config::NamedKey made =
      config::make_key_pair(options.key_file, system::user_name() + "@" + system::host_name());
  told += "made your key, " + options.key_file + "\n";
  return made;
}

std::string write_sections(const NodesOptions& options, const std::vector<NodeSpec>& nodes) {
  const std::string path = options.user_directory + "/config";
  std::string text = system::read_file(path, kLargest).value_or("");
  if (options.nodes.empty()) text += (text.empty() || text.ends_with('\n') ? "" : "\n") + std::string(kThisMachine);
  std::vector<std::string> names;
  for (const NodeSpec& node : nodes) {
    text = config::with_section(std::move(text), node);
    names.push_back("[node." + node.name + "]");
  }
  system::write_atomic(path, text, 0644);
  return base::join(names, ", ") + " to " + path + "\n" +
         (options.nodes.empty() ? "this machine takes part too, by [node.local] there\n" : "");
}

base::ExitCode add_node(const NodesOptions& options) {
  check_new(options);
  const NodeSpec& node = options.fresh;
  std::string told;
  const config::NamedKey own = own_key(options, told);
  const Host host = exchange(node, own);
  config::write_public_key(node.key_file, host.key, true);
  told += "exchanged keys with " + node.ssh_host + ", and wrote " + write_sections(options, {node});
  told += next_step(node, ask_nodes({node}, options.key_file, kLimit).at(node.name), host.address);
  print(base::valid_utf8(told));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
