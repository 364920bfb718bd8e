#include "collector/run_news.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "collector/audit.hpp"

namespace dtest::collector {
namespace {

constexpr base::Duration kProgressEvery = std::chrono::milliseconds(500);

}  // namespace

void RunNews::begin(base::Instant now) {
  desk_.stream.begin(now);
  desk_.meter.begin(now);
  progress_due_ = now;
  desk_.manner = settings_.start.manner;
  desk_.stream.tell(settings_.start, now);
}

void RunNews::keep(const protocol::Plan& whole) {
  // Name and version of each framework in turn.
  std::array<std::string*, 2> to{&plan_.framework, &plan_.framework_version};
  for (std::size_t i = 0; i < whole.framework.size(); ++i) {
    if (i >= to.size()) *to[i % to.size()] += '+';
    *to[i % to.size()] += whole.framework[i];
  }
  desk_.framework = plan_.framework;
  plan_.ruby = whole.ruby;
  plan_.seed = whole.seed;
}

void RunNews::announce(Announcement plan, base::Instant now) {
  RunPlan event = plan_;
  for (Planned& planned : plan.items) {
    desk_.ledger.add(planned.item, planned.file.path, planned.file.expect_secs, planned.in_part);
    order_.push_back(planned.item);
    if (desk_.ledger.files() == event.files.size()) continue;  // another part of a file that is in it
    event.files.push_back(std::move(planned.file));
  }
  event.runners = plan.runners;
  event.expect_secs = plan_.expect_secs = plan.expect_secs;
  event.tests_expected = plan.tests_expected;
  planned_ = true;
  desk_.meter.queued(desk_.ledger.queued(), now);
  desk_.stream.tell(std::move(event), now);
}

void RunNews::add_item(base::ItemId item, const std::string& path, base::Instant now) {
  desk_.ledger.add(item, path);
  order_.push_back(item);
  desk_.meter.queued(desk_.ledger.queued(), now);
}

Remaining RunNews::remaining(base::Instant now) const {
  Remaining left;
  left.runners = desk_.meter.runners_up();
  for (const auto& [item, flight] : desk_.roster.flights()) {
    const auto expect = desk_.ledger.expect_secs(item);
    if (expect) left.running.push_back({base::seconds(now - flight.begun), *expect});
    if (!expect) ++left.unknown;
  }
  for (base::ItemId item : order_) {
    if (!desk_.ledger.is_queued(item)) continue;
    const auto expect = desk_.ledger.expect_secs(item);
    if (expect) left.queued.push_back(*expect);
    if (!expect) ++left.unknown;
  }
  return left;
}

std::vector<RunningFile> RunNews::running(base::Instant now) const {
  std::vector<RunningFile> files;
  for (const auto& [item, flight] : desk_.roster.flights()) {
    files.push_back({flight.place, desk_.ledger.path(item), base::seconds(now - flight.begun),
                     desk_.ledger.expect_secs(item)});
  }
  std::stable_sort(files.begin(), files.end(), [](const RunningFile& a, const RunningFile& b) {
    return std::tie(a.place.node, a.place.runner) < std::tie(b.place.node, b.place.runner);
  });
  return files;
}

void RunNews::tick(base::Instant now) {
  if (!planned_ || now < progress_due_) return;
  progress_due_ = now + kProgressEvery;
  desk_.stream.tell(progress(now), now);
}

RunProgress RunNews::progress(base::Instant now) const {
  RunProgress event;
  event.counts = desk_.ledger.counts();
  event.files_done = desk_.ledger.files_done();
  event.files_total = desk_.ledger.files();
  event.running = running(now);
  if (planned_ && settings_.time_left) event.left_secs = settings_.time_left(remaining(now));
  event.secs = desk_.stream.elapsed(now);
  return event;
}

StreamSnapshot RunNews::snapshot(base::Instant now) const {
  StreamSnapshot state;
  state.start = settings_.start;
  state.framework = plan_.framework;
  state.framework_version = plan_.framework_version;
  state.ruby = plan_.ruby;
  state.seed = plan_.seed;
  state.progress = progress(now);
  return state;
}

void RunNews::cancel(const std::string& reason, base::Instant now) {
  if (!cancel_reason_.empty()) return;
  cancel_reason_ = reason;
  desk_.cancelled = why_over(reason);
  desk_.meter.cancelled(now);
  desk_.stream.tell(RunCancel{reason, running(now)}, now);
}

void RunNews::kill(const std::string& reason, base::Instant now) {
  if (std::exchange(killed_, true)) return;
  desk_.killed = why_over(reason);
  desk_.stream.tell(RunKill{reason, desk_.roster.flights().size()}, now);
}

std::string RunNews::why_not_run(const Ending& ending) const {
  if (!ending.not_run_reason.empty()) return ending.not_run_reason;
  return desk_.cancelled.empty() ? "no node left" : desk_.cancelled;
}

std::string RunNews::why_over(const std::string& reason) const {
  if (reason == "interrupt") return "the run was interrupted";
  if (reason == "term") return "the run was terminated";
  if (reason == "fail_fast") return "the run was stopped after a failure";
  return reason == "timeout" ? out_of_time() : "the run was stopped (" + reason + ")";
}

std::string RunNews::out_of_time() const {
  const base::Duration limit = settings_.run_timeout;
  if (limit.count() == 0) return "the run's time (--run-timeout) was over";
  return fmt::format("the run's time ({:g} s, --run-timeout) was over", base::seconds(limit));
}

// The audit, as sentences in the log; their number.
std::uint64_t RunNews::account(base::Instant now) {
  end_.counts = desk_.ledger.final_counts();
  end_.errors_outside = desk_.ledger.errors_outside();
  end_.files = desk_.ledger.files();
  end_.not_run = desk_.ledger.not_run();
  std::stable_sort(end_.not_run.begin(), end_.not_run.end(),
                   [](const NotRun& a, const NotRun& b) { return a.path < b.path; });
  const Claims claims{end_.counts, end_.errors_outside, end_.not_run, desk_.file_ends, desk_.test_ends};
  const std::vector<std::string> sentences = audit(desk_.journal, claims);
  for (const std::string& sentence : sentences) desk_.note("error", "audit: " + sentence, "", now);
  return sentences.size();
}

void RunNews::decide(const Totals& totals) {
  const Verdict verdict = judge(totals, settings_.flaky_fails);
  end_.verdict = verdict.word, end_.exit_code = verdict.exit_code, end_.reason = verdict.reason;
}

RunEnd RunNews::finish(const Ending& ending, const std::optional<Obstacle>& obstacle, const std::string& stopped,
                       base::Instant now) {
  Totals totals;
  totals.stopped = stopped;
  totals.contradictions = account(now);
  totals.counts = end_.counts;
  totals.errors_outside = end_.errors_outside;
  totals.flaky_files = desk_.ledger.flaky_files();
  totals.planned = planned_;
  totals.started = desk_.file_starts > 0;
  if (cancel_reason_ == "timeout") totals.out_of_time = out_of_time();
  totals.files = end_.files;
  totals.interrupted = ending.interrupted;
  // Why a node could not start says more than that it is gone.
  totals.obstacle = obstacle ? obstacle : ending.obstacle;
  totals.report_missing = ending.report_missing;
  decide(totals);
  end_.secs = desk_.stream.elapsed(now);
  end_.expect_secs = plan_.expect_secs;
  end_.efficiency = desk_.meter.finish(now);
  if (ending.write_reports && !ending.write_reports(end_)) {
    totals.report_missing = true;
    decide(totals);
  }
  desk_.stream.tell(end_, now, true);
  return end_;
}

}  // namespace dtest::collector
