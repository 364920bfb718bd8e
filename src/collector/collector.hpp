// The collector: hears what the master is told, keeps the account, and tells it as the event stream.
// Pure: no clock, file or thread. Not thread-safe; everything on the loop's thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "collector/event.hpp"
#include "collector/timeleft.hpp"
#include "collector/verdict.hpp"
#include "master/listener.hpp"

namespace dtest::collector {

struct Settings {
  RunStart start;                   ///< the text of run.start
  bool flaky_fails = false;
  bool retries = false;             ///< bad examples may be retried
  base::Duration run_timeout{};     ///< --run-timeout, for what is said of it
  TimeLeft time_left = about_left;  ///< for run.progress
};

/// An item of the plan. Several items may share a path (a file that was split): the file ends with the last of them.
struct Planned {
  base::ItemId item;  ///< each once
  PlannedFile file;
  bool in_part = false;  ///< only some examples of the file are asked for
};

struct Announcement {
  std::vector<Planned> items;        ///< in dispatch order
  std::uint32_t runners = 0;
  std::optional<double> expect_secs;
  std::optional<std::uint64_t> tests_expected;
};

/// How the run ended, as far as the collector cannot know it.
struct Ending {
  int interrupted = 0;               ///< 130 or 143; 0 = not
  std::optional<Obstacle> obstacle;  ///< no node, fewer runners than asked for, ...
  bool report_missing = false;
  /// Called with run.end just before it is told, so that reports are complete; notes may be made in it. False: a
  /// report could not be written, and run.end says so.
  std::function<bool(const RunEnd& end)> write_reports;
  std::string not_run_reason;        ///< for files that never had their turn; empty: from cancel(), else "no node left"
};

/// Use: begin(), then the master's calls, announce_plan() in answer to on_plan(), tick() now and then, finish() once.
/// After finish() every call is ignored. Instants never go back.
class Collector final : public master::Listener {
 public:
  /// The sinks are the caller's and outlive the collector; they are called in this order.
  Collector(Settings settings, std::vector<EventSink*> sinks);
  ~Collector() override;
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// The two clocks at one moment. Events are stamped with the wall clock carried on by the monotonic one; call it
  /// before begin(), and again whenever the wall clock may have been set (each turn of the loop will do).
  void set_time(base::Instant now, base::WallTime wall);

  /// run.start. `now` is when the command began: elapsed and time to first test count from it.
  void begin(base::Instant now);
  /// What is known of a node before it joins: the fields of its node.join.
  void introduce(NodeJoin node);
  /// run.plan, once. Framework, Ruby and seed are those of the plan that on_plan brought.
  void announce_plan(Announcement plan, base::Instant now);
  /// An item that came later: a part of a planned file (a split or stolen tail). No event.
  void add_item(base::ItemId item, const std::string& path);
  /// run.progress, at most two a second. Call it at least twice a second.
  void tick(base::Instant now);
  /// run.cancel; reason interrupt, term, fail_fast or timeout. Only the first is told.
  void cancel(const std::string& reason, base::Instant now);
  /// run.kill; only the first is told.
  void kill(const std::string& reason, base::Instant now);
  /// log.line; level info, warn or error.
  void note(const std::string& level, const std::string& text, const std::string& node, base::Instant now);
  /// node.sync.
  void synced(NodeSync news, base::Instant now);
  /// file.changed.
  void changed(FileChanged change, base::Instant now);
  /// The audit, then run.end with last = true. The same value is returned.
  RunEnd finish(const Ending& ending, base::Instant now);

  void on_node_joined(const std::string& node, base::Instant now) override;
  void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                    base::Instant now) override;
  void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) override;
  void on_report(const std::string& node, const protocol::Body& body, base::Instant now) override;
  std::vector<std::string> to_retry(const protocol::ItemEnd& end) override;
  void on_retry(const protocol::ItemEnd& end, const master::Retry& retry) override;
  void on_held(const std::string& node, const protocol::ItemEnd& end, base::Instant now) override;
  void on_finding(const master::Finding& finding, base::Instant now) override;
  void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, master::Decision decision,
                       base::Instant now) override;

  /// With the verdicts of attempts that are still running.
  [[nodiscard]] Counts counts() const;
  /// Bad examples, files and errors outside examples so far: what fail-fast counts. Where examples are retried, only
  /// those that are final.
  [[nodiscard]] std::uint64_t failures() const;
  [[nodiscard]] std::uint64_t files_done() const;
  [[nodiscard]] std::uint64_t files_total() const;
  /// Every planned item is settled (false before the plan).
  [[nodiscard]] bool complete() const;
  /// What stands where, in the order of node and runner.
  [[nodiscard]] std::vector<RunningFile> running(base::Instant now) const;
  /// All that was told so far, in short; `log` is the caller's.
  [[nodiscard]] StreamSnapshot snapshot(base::Instant now) const;
  /// Runners that cannot be had because their hook failed.
  [[nodiscard]] std::uint32_t runners_lost() const;
  [[nodiscard]] std::uint64_t last_seq() const;

 private:
  class Impl;
  bool step(base::Instant& now);

  std::unique_ptr<Impl> impl_;
};

}  // namespace dtest::collector
