// Which nodes of a run get a copy of the project, and the copies that are on their way.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/loop.hpp"
#include "cli/node_sync.hpp"
#include "collector/event.hpp"
#include "config/nodes.hpp"

namespace dtest::cli {

/// How ssh reaches a node; without a host where that is this machine.
SshHost ssh_host(const config::NodeSpec& node);

/// Owned by the master's host.
class NodeCopies {
 public:
  struct Events {
    std::function<void(const collector::NodeSync& news)> on_news;  ///< before the others; may be empty
    std::function<void(const std::string& node)> on_synced;
    std::function<void(const std::string& node, const std::string& why)> on_fault;
    /// Notices about the node: of level "debug" for the log, "warn" for the screen.
    std::function<void(const std::string& node, protocol::Notice notice)> on_said;
  };
  /// Where this machine is alone it works in the project itself. Throws base::Error.
  NodeCopies(SyncSource::Setting source, const std::vector<config::NodeSpec>& nodes, bus::Loop& loop, Events events);

  [[nodiscard]] bool wanted(const config::NodeSpec& node) const { return source_.has_value() && node.sync; }
  /// The session's options as this node is to get them.
  [[nodiscard]] protocol::SessionOptions options(const config::NodeSpec& node, protocol::SessionOptions options) const;
  /// The node has a workspace at `path`.
  void begin(const std::string& node, const std::string& path);
  /// Its session is over.
  void end(const std::string& node) { syncs_.erase(node); }
  /// "node mini: rsync ...; node big: ..." of those that could not be served.
  [[nodiscard]] std::string troubles() const;

 private:
  void over(const std::string& node, const std::string& fault);
  void tell(collector::NodeSync news) const;

  bus::Loop& loop_;
  Events events_;
  std::optional<SyncSource> source_;
  std::map<std::string, SshHost> hosts_;
  std::map<std::string, std::unique_ptr<NodeSync>> syncs_;
  std::map<std::string, base::Instant> begun_;
  std::map<std::string, std::string> faults_;
};

}  // namespace dtest::cli
