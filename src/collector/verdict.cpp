#include "collector/verdict.hpp"

#include "base/exit_code.hpp"

namespace dtest::collector {
namespace {

using base::ExitCode;

Verdict verdict(const char* word, ExitCode code, std::string reason = {}) {
  return {word, base::number(code), std::move(reason)};
}

bool is_failed(const Totals& t, bool flaky_fails) {
  return t.counts.bad() > 0 || t.errors_outside > 0 || (flaky_fails && (t.counts.flaky > 0 || t.flaky_files > 0));
}

std::string why_failed(const Totals& t) {
  if (t.counts.bad() > 0) return {};
  if (t.errors_outside > 0) return "an error outside the examples";
  return "a test that was bad in an earlier attempt was not in the last, and --flaky is fail";
}

// Nothing is bad and everything planned was run.
Verdict judge_complete(const Totals& t) {
  if (t.files == 0) return verdict("nothing", ExitCode::nothing, "no test file matched");
  std::string reason = t.counts.total() == 0 ? "no example ran: the files have none, or all were filtered out" : "";
  if (t.report_missing) return verdict("passed", ExitCode::no_report, "a report could not be written");
  return verdict("passed", ExitCode::ok, std::move(reason));
}

// Something was left, and nothing is bad.
Verdict judge_undone(const Totals& t) {
  if (t.obstacle && t.obstacle->code == base::number(ExitCode::no_node) && t.started)
    return verdict("incomplete", ExitCode::not_run, t.obstacle->reason);
  if (t.obstacle) return {"error", t.obstacle->code, t.obstacle->reason};
  if (t.planned) return verdict("incomplete", ExitCode::not_run);
  if (t.out_of_time.empty()) return verdict("error", ExitCode::no_node, "no node served this run");
  return verdict("incomplete", ExitCode::not_run);
}

// What --run-timeout left undone, and what to do about it.
std::string why_out_of_time(const Totals& t) {
  if (t.out_of_time.empty() || (t.planned && t.counts.not_run == 0)) return {};
  if (!t.planned) return t.out_of_time + " before the tests were loaded";
  return t.out_of_time + ": give the run more, or end what hangs sooner with --timeout";
}

Verdict judge_plainly(const Totals& totals, bool flaky_fails) {
  if (totals.interrupted != 0) return {"cancelled", totals.interrupted, ""};
  if (totals.contradictions > 0) {
    return verdict("error", ExitCode::internal, "the account contradicts itself: this is a bug in distributest");
  }
  if (is_failed(totals, flaky_fails)) return verdict("failed", ExitCode::failed, why_failed(totals));
  if (!totals.planned || totals.counts.not_run > 0) return judge_undone(totals);
  return judge_complete(totals);
}

}  // namespace

Verdict judge(const Totals& totals, bool flaky_fails) {
  Verdict verdict = judge_plainly(totals, flaky_fails);
  if (const std::string more = why_out_of_time(totals); !more.empty())
    verdict.reason = verdict.reason.empty() ? more : more + "; " + verdict.reason;
  if (totals.stopped.empty()) return verdict;
  // Why a run is red comes first, and what is red has said it by itself.
  if (verdict.word == "passed" && verdict.reason.empty()) verdict.reason = totals.stopped;
  else verdict.reason += (verdict.reason.empty() ? "besides, " : "; besides, ") + totals.stopped;
  return verdict;
}

}  // namespace dtest::collector
