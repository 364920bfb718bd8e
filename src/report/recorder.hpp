// Folds the events of a run into its record.
#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "report/repetition.hpp"
#include "report/run_record.hpp"
#include "report/timeline.hpp"

namespace dtest::report {

/// Events in order, live or from a stored stream: both give the same record. Keeps the examples of the whole run in
/// memory, about half a kilobyte each, and at most 64 MiB of what they printed.
class Recorder final : public collector::EventSink {
 public:
  explicit Recorder(std::string run = {}) { record_.run = std::move(run); }
  void on_event(const collector::Envelope& envelope) override;
  /// The name of the run, where the first event brings it.
  void name(const std::string& run) { record_.run = run; }
  /// The record so far; the recorder is of no use afterwards. What was planned and has no verdict is not run.
  [[nodiscard]] RunRecord take();
  /// The same with the last event, which has not been told yet.
  [[nodiscard]] RunRecord take_with(const collector::RunEnd& end);

 private:
  template <class T> void on(const T& /*not kept*/) {}
  void on(const collector::RunStart& e);
  void on(const collector::RunPlan& e);
  void on(const collector::RunCancel& e) { record_.cancelled = e.reason; }
  void on(const collector::RunEnd& e) { record_.end = e; }
  void on(const collector::NodeJoin& e);
  void on(const collector::NodeLost& e);
  void on(const collector::RunnerCrash& e);
  void on(const collector::FileStart& e);
  void on(const collector::FileEnd& e);
  void on(const collector::FileRequeue& e);
  void on(const collector::FileLoadError& e);
  void on(const collector::FileChanged& e) { file(e.path).changed = e.how; }
  void on(const collector::TestEnd& e);
  void on(const collector::TestRetry& e);
  void on(const collector::TestError& e);
  void on(const collector::LogLine& e);

  void name_missing(const collector::NotRun& missing);
  std::size_t index(const std::string& path);
  FileRecord& file(const std::string& path) { return record_.files[index(path)]; }
  ExampleRecord& example(const std::string& path, const std::string& id);
  NodeRecord& node(const std::string& name);
  collector::Output keep(const collector::Output& output);

  RunRecord record_;
  Timeline timeline_;
  Repetition repetition_{""};
  double now_ = 0;
  base::WallTime wall_;
  std::size_t output_kept_ = 0;
  using Places = std::unordered_map<std::string, std::size_t>;
  Places files_;
  std::vector<Places> examples_;  // of each file, by id
};

}  // namespace dtest::report
