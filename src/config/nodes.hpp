// The sections [node.NAME] of configuration files: the machines that a run may use. See distributest.conf(5), NODES.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/exit_code.hpp"
#include "config/ini.hpp"

namespace dtest::config {

/// The machine that dtest runs on, when it is one of the nodes.
constexpr const char* kLocal = "local";

struct NodeSpec {
  std::string name;
  std::string endpoint, results;          ///< checked; empty of kLocal
  std::string ssh_host, ssh_user;         ///< host defaults to that of a TCP endpoint; no user: ssh's own choice
  std::uint32_t ssh_port = 0;             ///< 0: ssh's own choice
  std::string ssh_config;                 ///< absolute path of a configuration of ssh; empty: ssh's own choice
  bool sync = true;                       ///< it gets a copy of the project; else it works where the project lies there
  std::vector<std::string> ruby;          ///< command; empty: as here
  std::optional<std::uint32_t> runners;   ///< absent: as many as the node has; 0: it is not to be used
  std::string key_file;                   ///< the node's public key, absolute; empty for ipc and kLocal
  std::uint32_t weight = 1;
  std::string origin;                     ///< where its first value stands: "file:3"

  [[nodiscard]] bool local() const { return name == kLocal; }
  [[nodiscard]] bool tcp() const { return endpoint.starts_with("tcp://"); }
};

/// A key of such a section, for the manual's test.
struct NodeKey {
  std::string_view name, standard;  ///< the default as the manual has it; empty: none
};
std::span<const NodeKey> node_keys();

/// Letters, digits, dot, dash, underscore, at most 64; no dash in front.
bool is_node_name(std::string_view name);

/// True for `node.NAME.KEY` and `nodes.include`. Throws base::Error (78) for a name or key of such a section that is
/// wrong; `path` and the entry's line begin the message.
bool check_node_entry(const std::string& path, const IniEntry& entry);

/// The entry may stand several times in a file.
bool may_repeat(const IniEntry& entry);

/// Gathers what files say, in order of precedence: of each key of a node the first file counts.
class NodeTable {
 public:
  /// `directory`: of the user's configuration, for the default of key-file.
  explicit NodeTable(std::string directory) : directory_(std::move(directory)) {}
  /// Files that it includes come right behind it. Throws base::Error (78).
  void offer(const IniFile& file);
  /// A file of sections [node.NAME] and nothing else. `where` begins the message when it cannot be read.
  void include(const std::string& path, const std::string& where);
  /// All nodes, checked, by name. Throws base::Error (78).
  [[nodiscard]] std::vector<NodeSpec> nodes() const;

 private:
  struct Said {
    std::string value, origin, directory;  ///< of the file, for relative paths
  };
  using Section = std::map<std::string, Said>;
  void add(const IniFile& file);
  [[nodiscard]] NodeSpec read(const std::string& name, const Section& section) const;

  std::string directory_;
  std::map<std::string, Section> sections_;
};

/// Which nodes of the configuration a run is to use.
struct NodeChoice {
  std::vector<NodeSpec> nodes;       ///< none of them switched off
  std::vector<std::string> notices;  ///< of those that are: whole lines
};
/// `wanted`: names between commas; empty: all. Without any node, or with `only_local`, it is this machine alone. Throws
/// base::Error: `code` for a name that nobody has, 69 when every node is switched off; `origin` begins the message.
NodeChoice choose_nodes(const std::vector<NodeSpec>& all, const std::string& wanted, const std::string& origin,
                        base::ExitCode code, bool only_local);

}  // namespace dtest::config
