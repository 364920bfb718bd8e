// The root object of dtestd: every long-lived part is a member, in the order in which they are made.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "broker/node.hpp"
#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "daemon/gate.hpp"
#include "daemon/session_host.hpp"
#include "daemon/sweeper.hpp"
#include "system/clock.hpp"
#include "system/signals.hpp"

namespace dtest::daemon {

struct DaemonSetting {
  Gate::Setting gate;                    ///< where it listens, and to whom
  std::string name;                      ///< of the node
  std::string exe;                       ///< our own program, for the guardian
  std::optional<std::string> embedded;   ///< the private directory of the run that started us
  bool in_place = false;                 ///< on TCP also serves runs without a workspace
  std::string work_dir;                  ///< of workspaces
  system::TreeKeep work_keep{};
  std::uint32_t runners = 1;             ///< most runners of a session; the embedded node gives what is asked for
  bool log_json = false;
};

/// One thread, one loop. Lives until TERM or INT, or until the pipe to the dtest that started it ends.
class Daemon : public HostEvents, public GateEvents {
 public:
  /// Binds both sockets. Throws base::Error.
  explicit Daemon(DaemonSetting setting);
  ~Daemon() override;
  base::ExitCode run();

 private:
  void on_work_message(const bus::Message& message) override;
  void on_subscription(const base::RunId& run, bool subscribed) override { node_.on_subscription(run, subscribed); }
  void on_connections_cut() override { node_.forget_subscriptions(); }
  void on_revoked(const base::RunId& run) override;
  bool lacks_copy(const protocol::Work& work, broker::Actions& actions);
  bool read_signal();
  bool read_parent();
  void stop();
  void drain();
  void pause();
  void resume();
  void after_turn(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;
  void perform(const broker::Actions& actions);
  void end_host(const base::RunId& run);
  void start_keeper(const broker::StartKeeper& start);
  SessionHost* host(const base::RunId& run);
  void on_local(const base::RunId& run, protocol::LocalReport report) override;
  void on_process_over(const base::RunId& run, broker::ProcessOver over) override;
  void on_hook_over(const base::RunId& run, broker::HookOver over) override;
  void on_printed(const base::RunId& run, base::Slot slot, std::string output, std::uint64_t left_out) override;
  void on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation, std::uint64_t kept) override;
  void on_fenced(const base::RunId& run) override;
  void on_session_empty(const base::RunId& run) override;
  void on_log(const base::RunId& run, const std::string& level, const std::string& text) override;
  void on_log(std::string level, std::string text) override;

  DaemonSetting setting_;
  system::HoldableClock clock_;          ///< held while dtest is stopped (ctrl-Z)
  system::SignalFd signals_;
  bus::Context context_;
  bus::Loop loop_;
  broker::Node node_;
  Gate gate_;
  Sweeper sweeper_;                      ///< of workspaces
  std::map<base::RunId, std::unique_ptr<SessionHost>> hosts_;
  std::vector<std::unique_ptr<SessionHost>> ending_;  ///< their guardians have not gone yet
  std::vector<bus::Loop::Watch> watches_;
  bus::Loop::Watch parent_watch_;
  std::uint64_t refused_ = 0;
  bool stopping_ = false;
  bool parent_gone_ = false;             ///< of the embedded node: its dtest, in whose directory it is
};

}  // namespace dtest::daemon
