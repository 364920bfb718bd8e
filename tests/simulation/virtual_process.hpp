// A Ruby process of a session as the broker sees it: what it says on its local pipe, and how it ends.
#pragma once
#include <memory>
#include <string>
#include <utility>

#include "protocol/local.hpp"
#include "shared.hpp"

namespace dtest::simulation {

class VirtualProcess;

/// The node's side of a process: guardian and local pipe.
class ProcessHost {
 public:
  virtual ~ProcessHost() = default;
  /// A message arrived, in the order in which it was said. Also after the death of who said it.
  virtual void on_said(const protocol::LocalReport& message) = 0;
  virtual void on_forked(base::Slot slot, base::Incarnation incarnation, std::shared_ptr<VirtualProcess> child) = 0;
  virtual void on_died(VirtualProcess& process, const std::string& how) = 0;
  /// It prints more than is kept.
  virtual void on_flooded(base::Slot slot, base::Incarnation incarnation) = 0;
  /// How many times longer things take here.
  [[nodiscard]] virtual std::uint32_t slowness() const = 0;
  /// Its machine, by number.
  [[nodiscard]] virtual std::size_t node() const = 0;
};

/// Shared so that what it is about to do can see whether it still lives.
class VirtualProcess : public std::enable_shared_from_this<VirtualProcess> {
 public:
  VirtualProcess(Shared& shared, ProcessHost& host, base::Slot slot, base::Incarnation incarnation)
      : shared_(shared), host_(host), slot_(slot), incarnation_(incarnation), pid_(shared.next_pid++) {}
  virtual ~VirtualProcess() = default;
  VirtualProcess(const VirtualProcess&) = delete;
  VirtualProcess& operator=(const VirtualProcess&) = delete;

  [[nodiscard]] base::Slot slot() const { return slot_; }
  [[nodiscard]] base::Incarnation incarnation() const { return incarnation_; }
  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] bool alive() const { return alive_; }
  /// It was told to quit, and ended otherwise, by itself.
  [[nodiscard]] bool broke_off() const { return broke_off_; }
  /// When all that it said so far has arrived.
  [[nodiscard]] base::Instant heard_out() const { return heard_out_; }

  virtual void begin() = 0;
  virtual void hear(const protocol::LocalWork& work) = 0;
  void die(const std::string& how);
  /// What a guardian does: TERM, then KILL after the grace.
  void kill(base::Duration grace);
  /// Its whole session is killed: what it still comes to counts for nothing.
  void condemn(base::Duration grace);
  /// It stood still, with its whole run, and its clock did not.
  virtual void slept(base::Duration /*time*/) {}
  /// What was sent to it arrives, if it is there to take it.
  void deliver(const protocol::LocalWork& work);

 protected:
  /// After a while, if it still lives.
  template <class Task>
  void later(base::Duration delay, Task task) {
    shared_.time.after(delay * host_.slowness(), [self = weak_from_this(), task = std::move(task)] {
      if (auto process = self.lock(); process && process->alive_) process->unless_stopped(task);
    });
  }
  /// False: nobody will hear it, or believe it because something before it was lost.
  bool say(protocol::LocalBody body);
  /// Perhaps it prints more than is kept.
  void print();
  /// SIGSTOP, and SIGCONT after that time.
  void stop(base::Duration how_long);
  /// The connection is gone: it hears nothing any more, and is not heard.
  void close_sockets() { closed_ = true; }
  void say_through_codec(const protocol::LocalReport& said);
  virtual void on_death() {}
  virtual void on_condemned() {}
  [[nodiscard]] bool condemned() const { return condemned_; }
  /// The end that it was told to make; `in_order`: its exit handlers got through.
  void leave(const std::string& how, bool in_order);

  Shared& shared_;
  ProcessHost& host_;

 private:
  template <class Task>
  void unless_stopped(Task task) {
    if (shared_.now() >= stopped_until_) task();
    else
      shared_.time.at(stopped_until_, [self = weak_from_this(), task = std::move(task)] {
        if (auto process = self.lock(); process && process->alive_) process->unless_stopped(task);
      });
  }

  base::Slot slot_;
  base::Incarnation incarnation_;
  std::int64_t pid_;
  bool alive_ = true, closed_ = false, whole_ = true, broke_off_ = false, condemned_ = false;
  base::Instant stopped_until_{};
  base::Instant heard_out_{};
  std::uint64_t number_ = 0;
};

}  // namespace dtest::simulation
