// Everything that may block (terminal, event file, history) happens on one thread behind a bounded queue, so that
// a screen which nobody reads never stops the beats.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/time.hpp"

namespace dtest::system {

/// One thread, one queue, in order. Calls never block, but flush and close do as long as they are told. A job that
/// hangs for ever costs its thread and nothing else: close lets go of it and the process can end.
/// Jobs own what they use (they may outlive this object), must not touch the loop's state, and may throw.
class BackgroundWriter {
 public:
  struct Limits {
    std::size_t jobs = 4096;
    std::size_t bytes = 8 << 20;
  };
  using Job = std::function<void()>;

  explicit BackgroundWriter(Limits limits);
  BackgroundWriter() : BackgroundWriter(Limits{}) {}
  ~BackgroundWriter();  ///< as close(0)
  BackgroundWriter(const BackgroundWriter&) = delete;
  BackgroundWriter& operator=(const BackgroundWriter&) = delete;

  /// Queues a job that holds about `bytes`; false when the queue is full or closed. An empty queue takes any size.
  bool offer(Job job, std::size_t bytes = 0);
  /// Waits until all that was queued before is done. False when that took longer than `limit`.
  bool flush(base::Duration limit);
  /// As flush, then ends the thread; what is left after `limit` is given up. False when something was.
  bool close(base::Duration limit);
  /// Jobs waiting or running.
  [[nodiscard]] std::size_t waiting() const;
  /// What the last job that failed threw; empty when none did.
  [[nodiscard]] std::string last_error() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace dtest::system
