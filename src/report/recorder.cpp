#include "report/recorder.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace dtest::report {
namespace {

using collector::Status;

constexpr std::size_t kMostOutput = 64U << 20U;
constexpr std::size_t kLeast = 4096;  // of an output beyond that
constexpr std::size_t kMostRemarks = 1000;

// Times as they stand in a stored stream, so that a report does not depend on when it was written.
double micro(double secs) { return std::round(secs * 1e6) / 1e6; }

bool same_try(const Try& t, std::uint32_t item, std::uint32_t attempt) {
  return t.item == item && t.attempt == attempt;
}

void put_aside(ExampleRecord& example) {
  example.earlier.push_back(std::move(*example.result));
  example.result.reset();
}

// A retry that came to nothing repeats the verdict alone: what it was stands in the try before.
void repeat(ExampleRecord& example) {
  if (example.earlier.empty()) return;
  Try was = std::move(example.earlier.back());
  example.earlier.pop_back();
  was.failure = example.result->failure;
  if (was.status == example.result->status) example.result = std::move(was);
  else example.earlier.push_back(std::move(was));
}

// It was running when its runner crashed: that try has no event of its own.
void add_unseen_try(ExampleRecord& example, const FileRecord& file) {
  Try was;
  was.status = Status::crashed;
  was.attempt = example.result->attempt > 1 ? example.result->attempt - 1 : 1;
  was.item = example.result->item;
  if (!file.requeued.empty()) was.reason = file.requeued.back();
  example.earlier.push_back(std::move(was));
}

void blame_missing(RunRecord& run) {
  const std::string reason = run.end ? "" : "the run had not ended";
  for (FileRecord& file : run.files) {
    if (!file.ended && file.not_run.empty()) file.not_run = reason;
    for (ExampleRecord& example : file.examples)
      if (!example.result && example.not_run.empty()) example.not_run = file.not_run.empty() ? reason : file.not_run;
  }
}

}  // namespace

void Recorder::on_event(const collector::Envelope& envelope) {
  now_ = record_.elapsed = micro(envelope.elapsed);
  wall_ = envelope.ts;
  std::visit([&](const auto& event) {
    on(event);
    timeline_.on(event, now_, [this](const std::string& path) { return index(path); });
  }, envelope.event);
}

RunRecord Recorder::take() {
  record_.spans = timeline_.spans(now_);
  if (record_.end)
    for (const collector::NotRun& missing : record_.end->not_run) name_missing(missing);
  blame_missing(record_);
  return std::move(record_);
}

RunRecord Recorder::take_with(const collector::RunEnd& end) {
  record_.end = end;
  now_ = record_.elapsed = std::max(now_, micro(end.secs));
  return take();
}

void Recorder::name_missing(const collector::NotRun& missing) {
  if (missing.id.empty()) file(missing.path).not_run = missing.reason;
  else example(missing.path, missing.id).not_run = missing.reason;
}

std::size_t Recorder::index(const std::string& path) {
  auto [place, added] = files_.try_emplace(path, record_.files.size());
  if (added) record_.files.emplace_back().path = path, examples_.emplace_back();
  return place->second;
}

ExampleRecord& Recorder::example(const std::string& path, const std::string& id) {
  const std::size_t number = index(path);
  FileRecord& owner = record_.files[number];
  auto [place, added] = examples_[number].try_emplace(id, owner.examples.size());
  if (added) owner.examples.emplace_back().id = id;
  return owner.examples[place->second];
}

NodeRecord& Recorder::node(const std::string& name) {
  auto found = std::find_if(record_.nodes.begin(), record_.nodes.end(), [&](const auto& n) { return n.name == name; });
  if (found != record_.nodes.end()) return *found;
  record_.nodes.emplace_back().name = name;
  return record_.nodes.back();
}

collector::Output Recorder::keep(const collector::Output& output) {
  collector::Output kept = output;
  kept.total = std::max<std::uint64_t>(kept.total, kept.bytes.size());
  if (output_kept_ > kMostOutput && kept.bytes.size() > kLeast) kept.bytes.erase(0, kept.bytes.size() - kLeast);
  output_kept_ += kept.bytes.size();
  return kept;
}

void Recorder::on(const collector::RunStart& e) {
  record_.start = e;
  record_.began = wall_;
}

void Recorder::on(const collector::RunPlan& e) {
  for (const collector::PlannedFile& planned : e.files) {
    FileRecord& record = file(planned.path);
    record.expect_secs = planned.expect_secs;
    record.fresh = planned.fresh;
  }
  record_.plan = e;
  record_.plan->files.clear();
}

void Recorder::on(const collector::NodeJoin& e) {
  NodeRecord& record = node(e.name);
  record.runners = std::max(record.runners, e.runners);
  record.ruby = e.ruby;
  record.version = e.version;
}

void Recorder::on(const collector::NodeLost& e) { node(e.name).lost = e.reason; }

void Recorder::on(const collector::RunnerCrash& e) { ++node(e.place.node).crashes; }

void Recorder::on(const collector::FileStart& e) {
  repetition_.take(e);
  FileRecord& record = file(e.path);
  if (record.began == 0) record.began = now_;
  record.place = e.place;
}

void Recorder::on(const collector::FileEnd& e) {
  FileRecord& record = file(e.path);
  record.ended = true;
  record.status = e.status;
  record.place = e.place;
  record.secs += micro(e.secs);
  record.load_secs = micro(e.load_secs);
  record.rss_kb = e.rss_kb;
  record.flaky = e.flaky;
  bool explained = !record.errors.empty() || std::any_of(record.examples.begin(), record.examples.end(),
                                                         [](const auto& x) { return is_bad(x.status()); });
  if (!is_bad(e.status) || (e.failure == 0 && explained)) return;
  record.errors.push_back({ErrorRecord::Kind::file, e.status, "", e.place, e.item, e.attempt, e.failure, e.reason,
                           {}, keep(e.output), repetition_.runs(e.place, e.path)});
}

void Recorder::on(const collector::FileRequeue& e) {
  FileRecord& record = file(e.path);
  record.requeued.push_back(e.reason);
  std::erase_if(record.errors, [&](const ErrorRecord& x) { return x.item == e.item && x.attempt == e.attempt; });
  for (ExampleRecord& one : record.examples)
    if (one.result && same_try(*one.result, e.item, e.attempt)) put_aside(one);
}

void Recorder::on(const collector::FileLoadError& e) {
  file(e.path).errors.push_back({ErrorRecord::Kind::load, Status::error, "", e.place, e.item, e.attempt, e.failure,
                                 "", e.exception, {}, repetition_.runs(e.place, e.path)});
}

void Recorder::on(const collector::TestEnd& e) {
  ExampleRecord& one = example(e.path, e.id);
  if (one.result) put_aside(one);
  one.name = e.name;
  one.full_name = e.full_name;
  one.line = e.line;
  one.tags = e.tags;
  one.flaky = e.flaky;
  one.result = Try{e.status, e.place, e.item, e.attempt, e.retry, micro(e.secs), e.pending_message, e.reason,
                   e.exceptions, keep(e.output), e.failure, e.failure > 0 && repetition_.runs(e.place, e.path)};
  if (e.flaky || is_bad(e.status)) one.rerun = e.rerun;
  if (e.flaky && one.earlier.empty()) add_unseen_try(one, file(e.path));
  if (e.attempt == 0) repeat(one);
}

void Recorder::on(const collector::TestRetry& e) {
  ExampleRecord& one = example(e.path, e.id);
  if (one.line == 0) one.line = e.line;
  if (one.result && same_try(*one.result, e.item, e.attempt)) put_aside(one);
}

void Recorder::on(const collector::TestError& e) {
  ErrorRecord error{ErrorRecord::Kind::outside, Status::error, e.where, e.place, e.item, e.attempt, e.failure,
                    "", e.exception, e.output, repetition_.runs(e.place, e.path)};
  (e.path.empty() ? record_.errors : file(e.path).errors).push_back(std::move(error));
}

void Recorder::on(const collector::LogLine& e) {
  if (e.level != "warn" && e.level != "error") return;
  if (record_.remarks.size() < kMostRemarks) record_.remarks.push_back({now_, e.level, e.text, e.node});
}

}  // namespace dtest::report
