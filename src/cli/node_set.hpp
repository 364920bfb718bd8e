// The nodes of a run: the private daemon of this machine where it takes part, and those of the configuration.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/loop.hpp"
#include "cli/embedded_node.hpp"
#include "cli/remote_node.hpp"
#include "config/nodes.hpp"

namespace dtest::cli {

/// Owned by the master's host. Frames to a node that is not there are dropped: the protocol sends them again.
class NodeSet {
 public:
  struct Setting {
    std::vector<config::NodeSpec> nodes;  ///< at least one
    std::string key_file;                 ///< our secret key; read where a node is reached over TCP
    std::string topic, mark, dir;         ///< of the run
  };
  struct Events {
    std::function<void(const config::NodeSpec&)> on_up;  ///< it can be greeted
    std::function<void(const std::string& node, const bus::Message&)> on_result;
    std::function<void(const std::string& node, const std::string& why)> on_trouble;  ///< it cannot be used now
    std::function<void(const std::string& how)> on_local_ended;
  };
  /// Starts the local daemon. Throws base::Error: its program, or our key.
  NodeSet(Setting setting, bus::Context& context, bus::Loop& loop, Events events);

  void send(const std::string& node, std::string_view frame);
  /// A node's first try has not ended yet.
  [[nodiscard]] bool on_their_way() const;
  /// Each of them was there once: what is not there now has left, or could not start.
  [[nodiscard]] bool all_came() const { return came_.size() == setting_.nodes.size(); }
  /// "mini: it refuses connections; big: ..." of those that cannot be used now.
  [[nodiscard]] std::string troubles() const;
  /// Their names.
  [[nodiscard]] std::set<std::string> unusable() const;
  /// Of the local daemon; the others find their lease over, and are greeted anew.
  void pause();
  void resume();
  /// Ends the local daemon; stopped() tells when it is gone.
  void stop();
  [[nodiscard]] bool stopped() const { return local_ == nullptr || local_->ended(); }
  void tick(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  void up(const config::NodeSpec& spec);
  void start_local(const config::NodeSpec& spec);
  void connect_local(const config::NodeSpec& spec);

  Setting setting_;
  bus::Context& context_;
  bus::Loop& loop_;
  Events events_;
  std::set<std::string> came_;
  std::unique_ptr<bus::KeyPair> own_;
  std::unique_ptr<EmbeddedNode> local_;
  std::unique_ptr<bus::PushSocket> work_;    ///< to the local one
  std::unique_ptr<bus::SubSocket> results_;
  bus::Loop::Watch results_watch_;
  std::map<std::string, std::unique_ptr<RemoteNode>> remotes_;
};

}  // namespace dtest::cli
