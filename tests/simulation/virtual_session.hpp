// What a daemon has of one session: the guardian, the local pipes, the processes.
#pragma once
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "broker/action.hpp"
#include "virtual_process.hpp"

namespace dtest::simulation {

/// What a session's real parts tell the daemon.
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  virtual void on_local(const base::RunId& run, const protocol::LocalReport& report) = 0;
  virtual void on_process_over(const base::RunId& run, const broker::ProcessOver& over) = 0;
  virtual void on_hook_over(const base::RunId& run, const broker::HookOver& over) = 0;
  virtual void on_session_empty(const base::RunId& run) = 0;
  virtual void on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation) = 0;
};

/// Kept until the world ends: what is on its way may still arrive, but says nothing once the session was ended.
class VirtualSession final : public ProcessHost {
 public:
  VirtualSession(Shared& shared, SessionEvents& events, const broker::StartKeeper& start, std::size_t node,
                 std::uint32_t slowness);

  void start_hook(const broker::StartHook& action);
  void kill_hook(const broker::KillHook& action);
  void start_boot(base::Incarnation incarnation);
  void fork(const broker::ForkRunner& action);
  void adopt(const broker::AdoptRunner& action);
  void send(const broker::SendLocal& action);
  void kill(const broker::KillProcess& action);
  void kill_all(base::Duration grace);
  /// Nothing is told from here on.
  void end() { ended_ = true; }
  /// The machine is gone, and all of it with it: nobody is told.
  void vanish();
  /// The guardian dies: everything is killed at once, and told as if it had been asked for.
  void guardian_ends();
  /// SIGSTOP to the guardian, and SIGCONT after that time: nothing is killed, started or told of ends meanwhile.
  void stop_guardian(base::Duration how_long);

  /// All that its processes said has been heard.
  [[nodiscard]] bool quiet() const;
  /// That process was told to quit, and ended otherwise.
  [[nodiscard]] bool broke_off(base::Slot slot, base::Incarnation incarnation) const;
  void slept(base::Duration time);
  [[nodiscard]] std::size_t alive() const;
  [[nodiscard]] bool killing() const { return killing_; }
  [[nodiscard]] const protocol::SessionOptions& options() const { return start_.options; }

  void on_said(const protocol::LocalReport& message) override;
  void on_forked(base::Slot slot, base::Incarnation incarnation, std::shared_ptr<VirtualProcess> child) override;
  void on_died(VirtualProcess& process, const std::string& how) override;
  void on_flooded(base::Slot slot, base::Incarnation incarnation) override;
  [[nodiscard]] std::uint32_t slowness() const override { return slowness_; }
  [[nodiscard]] std::size_t node() const override { return node_; }

 private:
  using Key = std::pair<base::Slot, base::Incarnation>;
  struct Record {
    std::shared_ptr<VirtualProcess> process;   ///< none before it was forked
    bool adopted = false;
    std::optional<base::Duration> kill_after;
    std::string how;
    bool works = false;                        ///< an item was sent to it
    bool orphans = false;                      ///< children that outlived it, and hold its connection
  };
  /// When the guardian can do something: now, unless it is stopped.
  [[nodiscard]] base::Instant served() const { return std::max(shared_.now(), guardian_back_); }
  template <class Task>
  void by_guardian(Task task) {
    if (served() == shared_.now()) task();
    else shared_.time.at(served(), [this, task = std::move(task)] { by_guardian(task); });
  }
  void condemn(VirtualProcess& process) const;
  void kill_everything(base::Duration grace);
  void kill_orphans(Record& record, base::Duration grace);
  void tell_over(const Key& key);
  void tell_hook_over(base::Slot slot, const std::string& how);
  void check_databases(const Key& key);
  void check_empty();

  Shared& shared_;
  SessionEvents& events_;
  broker::StartKeeper start_;
  std::size_t node_;
  std::uint32_t slowness_;
  std::map<Key, Record> records_;
  bool killing_ = false, empty_told_ = false, ended_ = false, guardian_gone_ = false;
  base::Duration kill_grace_{};
  base::Instant guardian_back_{};  ///< from a SIGSTOP
};

}  // namespace dtest::simulation
