// `--events FILE`: the stream as JSON lines.
#pragma once
#include <cstdint>
#include <string>

#include "collector/event.hpp"
#include "collector/event_json.hpp"
#include "system/file_writer.hpp"

namespace dtest::cli {

class EventFile final : public collector::EventSink {
 public:
  EventFile(system::BackgroundWriter& queue, const std::string& path, collector::StreamInfo info);
  void on_event(const collector::Envelope& envelope) override;
  /// Hands on what has come together, when the disk keeps up. Call it each turn.
  void pump();
  /// Hands on everything.
  void finish();
  /// What went wrong so far; empty while nothing did. Flush the queue to know.
  [[nodiscard]] std::string error() const;

 private:
  system::BackgroundWriter& queue_;
  system::FileWriter file_;
  collector::StreamInfo info_;
  std::string lines_;
  std::uint64_t dropped_ = 0;
};

}  // namespace dtest::cli
