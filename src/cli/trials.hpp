// The tries of a bisection: each is a dtest of its own that repeats a failure after some of the files before it.
#pragma once
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "history/symptom.hpp"
#include "system/private_dir.hpp"
#include "system/process.hpp"
#include "system/signals.hpp"

namespace dtest::cli {

/// Owns the processes: those that still run when it ends are ended. Takes the signals of this process while it lives;
/// make it before any thread starts, one at a time.
class Trials {
 public:
  struct Setting {
    std::string program;              ///< dtest
    std::string directory, failure;   ///< the project; RUN:N
    history::Symptom symptom;
    std::uint32_t runner = 1;         ///< number of the runner on which it failed
    std::uint32_t numbers = 1;        ///< numbers that runners had in that run, from 1
    std::size_t width = 1;            ///< tries at the same time
  };
  struct Ended {
    std::uint64_t number = 0;
    history::Seen seen = history::Seen::absent;
    double secs = 0;
  };

  explicit Trials(Setting setting);
  ~Trials();
  Trials(const Trials&) = delete;
  Trials& operator=(const Trials&) = delete;

  [[nodiscard]] bool has_room() const { return tries_.size() < setting_.width; }
  [[nodiscard]] std::size_t running() const;
  /// The file of the failure after `files`, as another runner where one is taken. `exact`: as the runner on which it
  /// failed, whose number must be free. Throws base::Error.
  void start(std::uint64_t number, const std::vector<std::string>& files, bool exact);
  [[nodiscard]] bool is_free(std::uint32_t runner) const;
  /// Its end is not told.
  void give_up(std::uint64_t number);
  /// Waits until a try has ended, a signal asks to end, or `until`. Throws base::Error, with what it said, when a try
  /// could not run.
  std::optional<Ended> wait(base::Instant until);
  /// The signal by which a person or the system asked us to end, or 0.
  [[nodiscard]] int asked_to_end() const { return asked_; }
  /// So many have been started.
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  struct Try {
    std::uint64_t number = 0;
    std::uint32_t runner = 1;
    system::Child child;
    std::string files;                ///< beginning of the names of what it writes
    base::Instant began{};
    bool unwanted = false;
    int signals = 0;                  ///< that it was sent
    base::Instant next_signal = base::kNever;
  };

  [[nodiscard]] std::uint32_t free_runner(bool exact) const;
  void press(Try& one, base::Instant now);
  std::optional<Ended> reap(base::Instant now);
  [[nodiscard]] Ended judge(const Try& one, system::ExitStatus status, base::Instant now) const;

  Setting setting_;
  system::SignalFd signals_;
  system::PrivateDir dir_;
  std::list<Try> tries_;
  std::size_t count_ = 0;
  int asked_ = 0;
};

}  // namespace dtest::cli
