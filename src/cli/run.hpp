// The root object of `dtest run`: every part of the run is a member, in the order in which they are made.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "base/ids.hpp"
#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "cli/change_watch.hpp"
#include "cli/choice.hpp"
#include "cli/event_file.hpp"
#include "cli/event_socket.hpp"
#include "cli/latest_log.hpp"
#include "cli/live_reports.hpp"
#include "cli/master_host.hpp"
#include "cli/project_copy.hpp"
#include "cli/ruby_choice.hpp"
#include "cli/screen_output.hpp"
#include "cli/stop.hpp"
#include "cli/stream_door.hpp"
#include "collector/collector.hpp"
#include "config/options.hpp"
#include "history/history.hpp"
#include "history/recorder.hpp"
#include "history/run_log.hpp"
#include "system/background.hpp"
#include "system/clock.hpp"
#include "system/fd.hpp"
#include "system/private_dir.hpp"
#include "system/signals.hpp"

namespace dtest::cli {

/// One run, from the command to the verdict. One thread, one loop; whatever may block is on background writers.
class Run {
 public:
  /// `began`: when the command was given. Throws base::Error.
  Run(config::RunOptions options, Choice choice, std::vector<std::string> argv, base::Instant began);
  ~Run();
  base::ExitCode run();

 private:
  [[nodiscard]] std::string socket_endpoint() const;
  std::optional<EventFile>& open_events();
  bool read_signal();
  void after_turn(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;
  std::vector<master::PlannedItem> plan(const protocol::Plan& plan, base::Instant now);
  void check_limits(base::Instant now);
  void tell_changes(const std::vector<collector::FileChanged>& changes, base::Instant now);
  void obey(Stop::Order order, base::Instant now);
  void stand_still(int signal);
  base::Duration wait_stopped(int signal);
  base::ExitCode finish();
  collector::Ending ending(base::Instant now);
  bool write_reports(const collector::RunEnd& end, base::Instant now);
  std::string store_warning(base::Instant now);

  config::RunOptions options_;
  Choice choice_;
  RubyChoice ruby_;
  std::unique_ptr<ProjectCopy> copy_;  ///< that the runners work in; null: in the project itself
  ChangeWatch changes_;                ///< of the project, when there is no copy
  base::RunId run_;
  std::string project_;
  system::HoldableClock clock_;  ///< held while the run is stopped (ctrl-Z)
  system::SignalFd signals_;
  system::PrivateDir dir_;
  system::UniqueFd announced_;  ///< a lock on it, as long as this lives
  bus::Context context_;
  bus::Loop loop_;
  system::BackgroundWriter file_writer_, history_writer_, log_writer_;
  collector::StreamInfo stream_;
  std::unique_ptr<StreamDoor> door_;  ///< of an event stream on TCP
  EventSocket socket_;
  std::optional<EventFile> file_;
  history::History history_;
  history::TimingRecorder recorder_;
  history::RunLog log_;
  LatestLog latest_log_;
  ScreenOutput screen_;
  LiveReports reports_;
  collector::Collector collector_;
  Stop stop_;
  std::unique_ptr<MasterHost> master_;
  std::vector<bus::Loop::Watch> watches_;
  base::Instant run_deadline_ = base::kNever;
  base::Instant next_tick_{};
  bool stopping_ = false;
  bool unstoppable_ = false;  ///< nothing stops us when we write in the background
  bool left_ = false;  ///< the third ctrl-C: do not wait for anything
};

}  // namespace dtest::cli
