// The private dtestd of a run that has no nodes configured.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "bus/loop.hpp"
#include "system/fd.hpp"
#include "system/process.hpp"

namespace dtest::cli {

/// Owned by the run. The daemon holds a pipe to us: when we end, however, it ends everything of the run.
class EmbeddedNode {
 public:
  /// Starts `program` on sockets in `dir`, the run's private directory. Calls `on_ready` once it has bound them,
  /// `on_ended` with how it went when it has ended. Throws base::Error.
  /// `mark` is that of the run's processes: when the daemon dies, its guardian cleans up, and when that is dead too,
  /// this does.
  EmbeddedNode(const std::string& program, const std::string& dir, std::string mark, bus::Loop& loop,
               std::function<void()> on_ready, std::function<void(std::string)> on_ended);
  /// Kills it if it is still there.
  ~EmbeddedNode();
  EmbeddedNode(const EmbeddedNode&) = delete;
  EmbeddedNode& operator=(const EmbeddedNode&) = delete;

  [[nodiscard]] std::string work_endpoint() const { return "ipc://" + dir_ + "/w"; }
  [[nodiscard]] std::string results_endpoint() const { return "ipc://" + dir_ + "/r"; }
  /// Stops every process of the run and all its time limits, until resume().
  void pause() { say('p'); }
  void resume() { say('r'); }
  /// Closes the pipe: it kills what is left, cleans up, ends.
  void stop();
  /// It has ended, and nothing of the run is left.
  [[nodiscard]] bool ended() const { return ended_ && !cleaning_; }
  void tick(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const { return next_look_; }

 private:
  void say(char letter);
  bool read_ready();
  bool read_end();
  [[nodiscard]] std::string last_words() const;
  void remove_scratch() const;

  std::string dir_, mark_;
  bus::Loop& loop_;
  std::function<void()> on_ready_;
  std::function<void(std::string)> on_ended_;
  system::Child child_;
  system::UniqueFd pipe_, ready_;
  bus::Loop::Watch ready_watch_, end_watch_;
  bool ended_ = false, cleaning_ = false;
  base::Instant next_look_ = base::kNever, patience_{};
};

}  // namespace dtest::cli
