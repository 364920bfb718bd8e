// Keeps a run: its events and its meta, written as it goes. See doc/runs.md.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/time.hpp"
#include "collector/event.hpp"
#include "collector/event_json.hpp"
#include "history/keep.hpp"
#include "history/run_meta.hpp"
#include "system/background.hpp"

namespace dtest::history {

/// Nothing here throws or fails a run: what goes wrong is one warning, and the rest of the log is not kept. Events are
/// told on the loop's thread; the disk is the background writer's.
class RunLog final : public collector::EventSink {
 public:
  struct Setting {
    std::string runs;      ///< directory of the project's stored runs; empty: nothing is kept
    bool whole = false, parts = false;  ///< as RunMeta
    Keep keep;
  };

  /// Makes the run's directory, so that it is known whether it is kept. The writer is the caller's and outlives the
  /// log.
  RunLog(Setting setting, collector::StreamInfo info, system::BackgroundWriter& writer);

  void on_event(const collector::Envelope& envelope) override;
  /// Hands on what has come together, when it is time or much. Call it each turn.
  void pump(base::Instant now);
  /// Hands on everything: log and meta are complete, then the oldest runs go. Flush the writer to wait for it.
  void finish();
  /// The run is kept, as far as that is known now.
  [[nodiscard]] bool kept() const { return state_ != nullptr && warning().empty(); }
  /// The first thing that went wrong, one sentence; empty while all is well.
  [[nodiscard]] std::string warning() const;
  /// The file of its events; empty when the run is not kept whole.
  [[nodiscard]] std::string path() const;

 private:
  struct State;
  void open();
  bool hand_on();

  Setting setting_;
  collector::StreamInfo info_;
  system::BackgroundWriter& writer_;
  MetaFold fold_;
  std::shared_ptr<State> state_;
  std::string lines_;
  base::Instant next_{};
  bool opened_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace dtest::history
