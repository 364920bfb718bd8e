// dtestd's end of one guardian.
#pragma once
#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "guardian/event.hpp"

namespace dtest::guardian {

/// Owned by the session. Nothing blocks. Everything is told by read(), in order: poll fd() and call it.
/// Keep it until Ended or Lost has come. Destroying it earlier is as end(): the guardian goes on killing alone,
/// and becomes a zombie of this process (system::reap_strays). Call system::become_subreaper() once in main, or
/// what a lost guardian leaves cannot be found by descent.
class Keeper {
 public:
  struct Options {
    std::string exe;                  ///< program whose first argument may be --guardian; empty: /proc/self/exe
    std::string mark;                 ///< random, of this session only; value of DTEST_SESSION in its environment
    std::vector<std::string> remove;  ///< directories to remove when all is over, unless somebody holds them; absolute
    base::Duration grace{1'000'000};  ///< TERM to KILL when this process has gone, and for what a token left
  };
  /// Starts the guardian. Throws base::Error.
  explicit Keeper(Options options);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  /// Poll for reading. Stays the same.
  [[nodiscard]] int fd() const;
  [[nodiscard]] pid_t pid() const;

  /// Answered by Spawned or SpawnFailed. Throws base::Error (usage) when the spec has more than 128 KiB.
  void spawn(const Spec& spec);
  /// This process, a child of a process of the session that was forked twice, bears that token from now on. When
  /// it has ended meanwhile, Reaped comes (status unknown if it was not the guardian that reaped it).
  void adopt(Token token, pid_t pid);
  /// TERM (and CONT) to all of the token's tree, after the grace KILL until nothing is left. Ends with TreeGone.
  /// A second call may only shorten the grace. Unknown tokens: nothing.
  void kill(Token token, base::Duration grace);
  /// Likewise for everything of the session, orphans without a token included. Ends with Empty.
  void kill_all(base::Duration grace);
  /// STOP, or CONT, to everything of the session. What is killed is continued.
  void pause();
  void resume();
  /// Kills everything (Fenced) when this instant of system::SystemClock passes, unless another one is set before:
  /// works even while this process is stopped. base::kNever: no fence, which is also the start.
  void fence(base::Instant deadline);
  /// No more commands: the guardian kills what is left, removes `remove`, exits (Ended).
  void end();

  /// The guardian has died: what is still told was found and killed by this process, and Lost comes last.
  [[nodiscard]] bool lost() const;
  /// What has happened since; never blocks.
  std::vector<KeeperEvent> read();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dtest::guardian
