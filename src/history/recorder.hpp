// Turns the event stream into timings, as results arrive.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "collector/event.hpp"
#include "history/timing.hpp"
#include "history/timing_store.hpp"
#include "system/background.hpp"

namespace dtest::history {

/// What the run's selection allows to learn: where the user chose lines or examples, a file's time is not its whole.
enum class Teach { files_and_examples, examples_only };

/// Only accepted attempts count: the examples of each try wait here until the file's file.end accepts them, or a
/// file.requeue voids them. A file that was split ends once, with the sum of its parts. A crashed or timed-out
/// attempt teaches no time, only that the file takes at least so long. Writing is the background writer's job; when
/// its queue is full, the times of a file are dropped and counted.
class TimingRecorder final : public collector::EventSink {
 public:
  /// The writer is the caller's and outlives the recorder.
  TimingRecorder(std::shared_ptr<TimingStore> store, system::BackgroundWriter& writer,
                 Teach teach = Teach::files_and_examples);

  void on_event(const collector::Envelope& envelope) override;

 private:
  using Try = std::pair<std::uint32_t, std::uint32_t>;  ///< item, attempt
  struct Open {
    double since = 0;  ///< envelope's elapsed at file.start
    bool started = false;
    std::vector<ExampleTiming> examples;
  };

  void on_file_start(const collector::FileStart& event, double elapsed);
  void on_test_end(const collector::TestEnd& event);
  void on_file_end(const collector::FileEnd& event, std::int64_t at_us);
  void on_file_requeue(const collector::FileRequeue& event, const collector::Envelope& envelope);
  void on_run_end(base::WallTime at);
  void write(FileTiming timing);

  std::shared_ptr<TimingStore> store_;
  system::BackgroundWriter& writer_;
  Teach teach_;
  std::map<std::string, std::map<Try, Open>> open_;  ///< by path
};

}  // namespace dtest::history
