// A node of the configuration: its keys, its two connections, and what is wrong when it cannot be used.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/link_monitor.hpp"
#include "bus/loop.hpp"
#include "bus/push_socket.hpp"
#include "bus/sub_socket.hpp"
#include "config/nodes.hpp"
#include "system/tcp_probe.hpp"

namespace dtest::cli {

/// Owned by the master's host. Tries for as long as it lives; never blocks, never throws once it is made.
class RemoteNode {
 public:
  struct Events {
    std::function<void()> on_up;                           ///< both connections are there (again)
    std::function<void(const bus::Message&)> on_result;
    std::function<void(const std::string& why)> on_trouble;  ///< it cannot be used now; each reason is told once
  };
  /// `own`: null where the node needs no keys. `topic`: of the run. The first try begins with the first tick().
  RemoteNode(config::NodeSpec spec, const bus::KeyPair* own, std::string topic, bus::Context& context, bus::Loop& loop,
             Events events);

  [[nodiscard]] const config::NodeSpec& spec() const { return spec_; }
  /// Its first try has not ended yet.
  [[nodiscard]] bool on_its_way() const { return !told_any_ && !up_; }
  /// The last thing that was wrong, or empty.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  void send(std::string_view frame);
  void tick(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const { return due_; }

 private:
  struct Link {
    std::unique_ptr<bus::LinkMonitor> monitor;  ///< before what it watches ends
    bus::Loop::Watch watch;
    bool up = false;
  };
  void begin(base::Instant now);
  bool read_probe();
  void connect(const bus::Endpoint& work, const bus::Endpoint& results);
  bool read_link(Link& link);
  void on_news(Link& link, bus::LinkNews news);
  void close();
  void fail(const std::string& why);
  [[nodiscard]] std::string reason(bus::LinkNews news) const;

  config::NodeSpec spec_;
  const bus::KeyPair* own_;
  std::string topic_;
  bus::Context& context_;
  bus::Loop& loop_;
  Events events_;
  std::optional<bus::PublicKey> key_;
  std::unique_ptr<system::TcpProbe> probe_;
  bus::Loop::Watch probe_watch_, results_watch_;
  std::unique_ptr<bus::PushSocket> work_;
  std::unique_ptr<bus::SubSocket> results_;
  Link work_link_, results_link_;
  base::Instant due_{};  ///< of the next try, or of the end of this one
  base::Duration pause_;
  int cut_ = 0;          ///< greetings of this try that were cut
  std::string trouble_;
  bool trying_ = false, up_ = false, told_any_ = false;
};

}  // namespace dtest::cli
