// `latest.log`: the log of the newest run of a project, as text, beside its stored runs.
#pragma once
#include <optional>
#include <string>

#include "collector/event.hpp"
#include "report/log_text.hpp"
#include "system/file_writer.hpp"

namespace dtest::cli {

/// Made anew by each run. Nothing here throws or fails a run.
class LatestLog final : public collector::EventSink {
 public:
  /// `runs`: directory of the project's stored runs; empty where nothing is kept.
  LatestLog(system::BackgroundWriter& queue, const std::string& runs);
  void on_event(const collector::Envelope& envelope) override;
  /// Hands on what has come together, when the disk keeps up. Call it each turn.
  void pump();
  /// Hands on everything.
  void finish();

 private:
  system::BackgroundWriter& queue_;
  std::optional<system::FileWriter> file_;
  report::LogText log_;
  std::string lines_;
  std::size_t written_ = 0;
};

}  // namespace dtest::cli
