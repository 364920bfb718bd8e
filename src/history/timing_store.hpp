// The writing side of the timings: on one background thread, never on the loop.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "history/sqlite.hpp"
#include "history/timing.hpp"

namespace dtest::history {

/// Owns its own connection, opened at the first write. Never throws for what the disk, another run or a damaged file
/// does: it keeps trying (a lock), starts afresh (damage), or gives up with one warning (anything else).
class TimingStore {
 public:
  /// How long a write waits for another run's lock, and how long it then leaves it alone: the thread has a screen to
  /// serve, too.
  static constexpr base::Duration kLockWait = std::chrono::milliseconds(50);
  static constexpr base::Duration kLockPause = std::chrono::seconds(1);
  static constexpr base::Duration kLastLockWait = std::chrono::milliseconds(500);
  /// Files kept in memory while the database is locked; beyond, the oldest are dropped and counted.
  static constexpr std::size_t kMostPending = 4096;

  /// An empty path: nothing is stored.
  TimingStore(std::string path, std::string project_dir);

  /// @name On the writer's thread only
  /// Writes the file, and what is pending, in one transaction.
  void add(FileTiming file);
  /// At the end of a run: a last, more patient try, then pruning.
  void finish(base::WallTime now);

  /// @name On any thread; these never wait for the writer
  /// The first thing that went wrong, one sentence; empty while all is well.
  [[nodiscard]] std::string warning() const;
  /// Keeps `text` unless there is a warning already.
  void warn(const std::string& text);
  /// No writes from now on.
  void disable() { enabled_ = false; }
  /// A reader met damage that the head of the file does not show: look closely before the first write.
  void suspect() { suspect_ = true; }
  /// Files whose times were lost: locked for too long, queue full, disk full.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  void count_dropped(std::uint64_t files = 1) { dropped_ += files; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  void write_pending(base::Duration lock_wait);
  void attempt(base::Duration lock_wait);
  void open();
  void recover(const SqliteError& error);
  void give_up(const std::string& why);

  const std::string path_, project_dir_;
  std::optional<Database> database_;
  std::deque<FileTiming> pending_;
  std::chrono::steady_clock::time_point not_before_{};
  std::atomic<bool> enabled_, suspect_{false};
  std::atomic<std::uint64_t> dropped_{0};
  mutable std::mutex warning_mutex_;  ///< held for a copy of a string only
  std::string warning_;
};

}  // namespace dtest::history
