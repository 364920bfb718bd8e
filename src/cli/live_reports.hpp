// Reports of the run in progress: hears its events, and writes when it ends.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "config/options.hpp"
#include "report/recorder.hpp"
#include "system/background.hpp"

namespace dtest::cli {

class LiveReports final : public collector::EventSink {
 public:
  /// Says a sentence that belongs into the log of the run; level "warn" or "error".
  using Note = std::function<void(const char* level, const std::string& text)>;

  /// `run`: hexadecimal. Keeps nothing when no report is asked for.
  LiveReports(const config::RunOptions& options, const std::string& run);
  void on_event(const collector::Envelope& envelope) override;

  /// Writes all of them in the background, and waits at most so long. False when one is missing; `note` says which.
  bool write(const collector::RunEnd& end, system::BackgroundWriter& queue, base::Duration patience, const Note& note);
  /// For the log of a GitHub job; empty unless it is asked for. After write().
  [[nodiscard]] const std::string& annotations() const { return annotations_; }

 private:
  void to_github(const report::RunRecord& run, const Note& note);

  config::ReportFiles files_;
  bool github_ = false;
  std::string summary_;  ///< file of the job's summary; empty: there is none
  std::optional<report::Recorder> recorder_;
  std::string annotations_;
};

}  // namespace dtest::cli
