// The real parts of one session: guardian, processes, local pipes, output files. Does what the session's state
// machine wants, tells what happens.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "broker/action.hpp"
#include "bus/local_push.hpp"
#include "bus/local_sub.hpp"
#include "bus/loop.hpp"
#include "daemon/hook_host.hpp"
#include "daemon/layout.hpp"
#include "daemon/output_file.hpp"
#include "daemon/workspace.hpp"
#include "guardian/keeper.hpp"

namespace dtest::daemon {

/// What a host tells. Called on the loop; may end with the host being told to end(), never with its destruction.
class HostEvents {
 public:
  virtual ~HostEvents() = default;
  virtual void on_local(const base::RunId& run, protocol::LocalReport report) = 0;
  virtual void on_process_over(const base::RunId& run, broker::ProcessOver over) = 0;
  virtual void on_hook_over(const base::RunId& run, broker::HookOver over) = 0;
  /// What a process printed since the last time; `left_out` bytes before it are not told.
  virtual void on_printed(const base::RunId& run, base::Slot slot, std::string output, std::uint64_t left_out) = 0;
  /// Of what this process prints only the last `kept` bytes are there.
  virtual void on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation,
                        std::uint64_t kept) = 0;
  /// The guardian kills everything; on_session_empty follows.
  virtual void on_fenced(const base::RunId& run) = 0;
  virtual void on_session_empty(const base::RunId& run) = 0;
  /// For the daemon's log, and for the run's.
  virtual void on_log(const base::RunId& run, const std::string& level, const std::string& text) = 0;
};

/// Owned by the daemon, from StartKeeper until ended() after end().
class SessionHost {
 public:
  struct Setting {
    std::string exe;                     ///< of the guardian
    std::string node;
    std::optional<std::string> sockets;  ///< embedded: the run's directory
    std::string work_dir;                ///< where workspaces are
  };
  /// Starts the guardian. Throws base::Error.
  SessionHost(const broker::StartKeeper& start, const Setting& setting, bus::Context& context, bus::Loop& loop,
              HostEvents& events);
  ~SessionHost();
  SessionHost(const SessionHost&) = delete;
  SessionHost& operator=(const SessionHost&) = delete;

  /// Of a session that has one; else empty.
  [[nodiscard]] std::string workspace() const { return workspace_ ? workspace_->path() : std::string(); }

  // None of these throws: what cannot be done is told by on_process_over or on_hook_over.
  void start_hook(const broker::StartHook& action);
  void kill_hook(const broker::KillHook& action) { hooks_->kill(action); }
  void start_boot(const broker::StartBoot& action);
  void fork(const broker::ForkRunner& action);
  void adopt(const broker::AdoptRunner& action);
  void send(const broker::SendLocal& action);
  void kill(const broker::KillProcess& action);
  void kill_all(base::Duration grace);
  /// The guardian kills everything at this instant unless another one is set before.
  void fence(base::Instant deadline);
  /// Stops, or continues, every process.
  void pause() { keeper_->pause(); }
  void resume() { keeper_->resume(); }
  /// Kills what is left, removes the directories. ended() tells when.
  void end();
  [[nodiscard]] bool ended() const { return ended_; }

  /// Time limits of drains; a look at what was printed.
  void tick(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  using Key = std::pair<base::Slot, base::Incarnation>;
  struct Process {
    guardian::Token token = 0;
    std::int64_t pid = 0;
    bool adopted = false;
    std::optional<base::Duration> kill_after;  ///< a kill that came before the pid was known: the grace
    bool connected = false;
    bool reaped = false, gone = false;
    std::string how;
    base::Instant drain_limit = base::kNever;
    OutputFile output;
    std::uint64_t settled = 0;  ///< up to there its output belongs to examples that have ended
    std::unique_ptr<bus::LocalPush> jobs;
    bus::Loop::Watch watch;
  };

  Process& open(const Key& key);
  void watch_sockets();
  bool read_outcomes();
  void on_message(std::string_view bytes);
  void attach_output(protocol::LocalReport& report);
  bool read_keeper();
  void on_keeper(const guardian::KeeperEvent& event);
  void on_end_of_keeper(const guardian::KeeperEvent& event);
  void settle(const Key& key);
  void drain_outcomes();
  void look_at_output();
  void tell_printed(const Key& key);
  void close_sockets();
  std::map<Key, Process>::iterator by_token(guardian::Token token);
  std::map<Key, Process>::iterator by_outcomes(const std::string& endpoint);
  void fail_start(const Key& key, const std::string& why);

  base::RunId run_;
  std::optional<Workspace> workspace_;
  protocol::SessionOptions options_;
  std::string node_;
  bus::Context& context_;
  bus::Loop& loop_;
  HostEvents& events_;
  Layout layout_;
  std::string mark_;
  std::unique_ptr<guardian::Keeper> keeper_;
  std::unique_ptr<HookHost> hooks_;
  bus::Loop::Watch keeper_watch_;
  std::unique_ptr<bus::LocalSub> outcomes_;
  bus::Loop::Watch outcomes_watch_;
  std::map<Key, Process> processes_;
  guardian::Token next_token_ = 1;
  std::uint64_t refused_ = 0;
  base::Instant next_look_{};
  base::Instant fence_ = base::kNever;
  bool killing_ = false;
  bool over_ = false;                    ///< end() was called: it has nothing more to tell
  bool ended_ = false;
};

}  // namespace dtest::daemon
