// A node's state machine: the sessions of all the masters that use it. The root of the broker; pure.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "broker/session.hpp"

namespace dtest::broker {

/// Owned by the daemon, or by a simulator. Every call gives the time and collects actions; actions are to be done
/// in order. Runs and sessions are kept in ordered maps, so that equal inputs give equal actions.
class Node {
 public:
  /// `draw` gives 64 random bits.
  Node(std::string name, Limits limits, std::function<std::uint64_t()> draw)
      : name_(std::move(name)), limits_(limits), draw_(std::move(draw)) {}

  void on_subscription(const base::RunId& run, bool subscribed);
  /// Every connection was cut: nobody is known to listen until they subscribe again.
  void forget_subscriptions() { subscribed_.clear(); }
  /// The run's session, if there is one, is ended: its key is not allowed any more.
  void kill(const base::RunId& run, base::Instant now, Actions& actions);
  /// A hello that cannot be served. Answered once somebody listens.
  void refuse(const base::RunId& run, base::SessionNumber number, const std::string& why, int code, Actions& actions);
  void on_work(const protocol::Work& work, base::Instant now, Actions& actions);
  void on_local(const base::RunId& run, const protocol::LocalReport& report, base::Instant now, Actions& actions);
  /// Answer to StartKeeper of a session that has a workspace.
  void on_workspace(const base::RunId& run, const std::string& path, const std::string& fault, base::Instant now,
                    Actions& actions);
  void on_process_over(const base::RunId& run, const ProcessOver& over, base::Instant now, Actions& actions);
  void on_hook_over(const base::RunId& run, const HookOver& over, base::Instant now, Actions& actions);
  /// The guardian kills everything of the session: its fence has passed. on_session_empty follows.
  void on_fenced(const base::RunId& run, base::Instant now, Actions& actions);
  void on_session_empty(const base::RunId& run, base::Instant now, Actions& actions);
  /// A process of this slot printed `output`, and before it `left_out` bytes that are not told.
  void on_printed(const base::RunId& run, base::Slot slot, std::string output, std::uint64_t left_out,
                  base::Instant now, Actions& actions);
  /// What the daemon itself has to say of this session, for the run's log.
  void on_said(const base::RunId& run, const std::string& text, base::Instant now, Actions& actions);
  /// Of what a process prints only the last `kept` bytes are there.
  void on_flood(const base::RunId& run, base::Slot slot, base::Incarnation incarnation, std::uint64_t kept,
                base::Instant now, Actions& actions);
  /// Every process of every session, and the clock of these calls, stood still for so long.
  void on_slept(base::Duration time);
  void tick(base::Instant now, Actions& actions);
  /// The daemon stops: every session is killed; when sessions() is empty, nothing is left.
  void stop(base::Instant now, Actions& actions);

  /// The daemon is to stop once what runs is over: nothing new is begun, and what was accepted goes back. Each session
  /// ends with its last item; stop() may come before.
  void drain(base::Instant now, Actions& actions);

  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] const Session* session(const base::RunId& run) const;
  /// Who has which runners.
  [[nodiscard]] std::vector<protocol::Tenant> tenants(base::Instant now) const;
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  void on_ask(const protocol::Ask& ask, base::Instant now, Actions& actions);
  void on_hello(const protocol::Hello& hello, base::Instant now, Actions& actions);
  void open(const protocol::Hello& hello, base::Instant now, Actions& actions);
  void forget(const base::RunId& run, base::Instant now, Actions& actions);
  void deny(const base::RunId& run, base::Epoch epoch, Actions& actions);
  void share_out(base::Instant now, Actions& actions);
  void charge(base::Instant now);
  [[nodiscard]] schedule::Claim claim(const Session& session, base::Instant now) const;
  [[nodiscard]] std::uint32_t share_of_newcomer(const protocol::SessionOptions& options, base::Instant now) const;
  [[nodiscard]] std::vector<schedule::Claim> claims(base::Instant now) const;
  [[nodiscard]] base::Duration least_used() const;
  [[nodiscard]] std::uint32_t free_numbers(std::uint32_t runners) const;
  [[nodiscard]] std::string others_of(const Session& session, base::Instant now) const;
  [[nodiscard]] std::string told_at_end(const Session& session, base::Instant now) const;
  Session* find(const base::RunId& run);
  template <class Call>
  void with(const base::RunId& run, base::Instant now, Actions& actions, const Call& call);

  std::string name_;
  Limits limits_;
  std::function<std::uint64_t()> draw_;
  std::set<base::RunId> subscribed_;
  std::map<base::RunId, std::unique_ptr<Session>> sessions_;
  std::map<base::RunId, protocol::Hello> waiting_;  ///< hellos that replace a session which is not reaped yet
  /// Runner time of each session since others have had to share with it.
  std::map<base::RunId, base::Duration> used_;
  base::Instant charged_{};                         ///< until when that is counted
  bool stopping_ = false;
  bool draining_ = false;
};

}  // namespace dtest::broker
