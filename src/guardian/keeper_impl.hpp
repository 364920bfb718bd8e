// The inside of a Keeper: one epoll descriptor over the socket, the guardian's end and a timer.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "guardian/keeper.hpp"
#include "guardian/lost_sweep.hpp"
#include "guardian/wire.hpp"
#include "system/clock.hpp"
#include "system/process.hpp"

namespace dtest::guardian {

class Keeper::Impl {
 public:
  Impl(Options options, system::Child guardian, system::UniqueFd socket);

  [[nodiscard]] int fd() const { return epoll_.get(); }
  [[nodiscard]] pid_t pid() const { return guardian_.pid; }
  [[nodiscard]] bool lost() const { return lost_.has_value(); }
  /// Throws base::Error (usage) when the message is too long. Queued when the guardian is slow to read.
  void send(const Command& command);
  void remember(Token token, pid_t pid);
  void end();
  /// A guardian that somebody stopped must go on when there is something to kill.
  void wake();
  std::vector<KeeperEvent> read();

 private:
  enum class Phase { talking, exiting, sweeping, over };

  [[nodiscard]] bool is_stopped() const;
  void watch(int fd, bool writing, bool change);
  void flush();
  void receive(std::vector<KeeperEvent>& out);
  void note(const KeeperEvent& event);
  void await_exit();
  void check_exit(std::vector<KeeperEvent>& out);
  void sweep(std::vector<KeeperEvent>& out);
  void arm(base::Duration delay);
  void disarm();

  Options options_;
  system::Child guardian_;
  system::UniqueFd socket_, epoll_, timer_;
  system::SystemClock clock_;
  Phase phase_ = Phase::talking;
  bool ended_ = false, end_sent_ = false, waking_ = false;
  std::deque<std::string> out_;
  std::size_t out_bytes_ = 0;
  std::map<Token, system::Process> roots_;
  std::optional<LostSweep> lost_;
  base::Instant sweep_end_ = base::kNever;
  base::Duration pause_{};
};

}  // namespace dtest::guardian
