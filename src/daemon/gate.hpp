// The two sockets of a node, and on TCP the door before them.
#pragma once
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "bus/pull_socket.hpp"
#include "bus/xpub_socket.hpp"
#include "daemon/door.hpp"

namespace dtest::daemon {

/// What comes in. Called on the loop; must not end the gate.
class GateEvents {
 public:
  virtual ~GateEvents() = default;
  /// A message on the work pipe; on TCP of a key that is let in.
  virtual void on_work_message(const bus::Message& message) = 0;
  virtual void on_subscription(const base::RunId& run, bool subscribed) = 0;
  /// Every connection was cut: whoever is still let in subscribes again.
  virtual void on_connections_cut() = 0;
  /// The key that the run belongs to was taken off the list.
  virtual void on_revoked(const base::RunId& run) = 0;
  virtual void on_log(std::string level, std::string text) = 0;
};

class Gate {
 public:
  struct Setting {
    std::string listen, results_listen;  ///< endpoints
    std::optional<Door::Setting> door;   ///< keys; needed where an endpoint is TCP
  };
  /// Binds both sockets. Throws base::Error.
  Gate(Setting setting, bus::Context& context, bus::Loop& loop, GateEvents& events);

  void publish(const base::RunId& run, const std::string& frame);
  /// False: drop it, the run is somebody else's. On ipc everything is admitted.
  bool admit(const protocol::Work& work, const bus::Message& message);
  /// Name of the key that sent it; empty on ipc.
  [[nodiscard]] std::string sender(const bus::Message& message) const;
  /// The run has a session now, opened by the sender of this message.
  void own(const base::RunId& run, const bus::Message& message);
  void forget(const base::RunId& run);
  /// Who may come in, for the log; empty on ipc.
  [[nodiscard]] std::string told() const { return door_ ? door_->told() : ""; }

  /// `busy`: sessions are open, so that a key that is taken off the list matters at once.
  void tick(base::Instant now, bool busy);
  /// Looks at all keys now, our own as well.
  void renew(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const { return std::min(reopen_, next_look_); }

 private:
  void open();
  void close(base::Instant now);
  void look(base::Instant now);
  void reopen(base::Instant now);
  bool read_work();
  bool read_subscriptions();

  Setting setting_;
  bus::Context& context_;
  bus::Loop& loop_;
  GateEvents& events_;
  std::unique_ptr<Door> door_;
  std::unique_ptr<bus::PullSocket> work_;  ///< both null for a moment after close()
  std::unique_ptr<bus::XPubSocket> results_;
  bus::Loop::Watch work_watch_, results_watch_;
  base::Instant reopen_ = base::kNever, next_look_ = base::kNever, complain_ = base::kNever;
};

}  // namespace dtest::daemon
