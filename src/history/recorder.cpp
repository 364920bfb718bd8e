#include "history/recorder.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

namespace dtest::history {
namespace {

using collector::Status;

bool was_cut_off(Status status) { return status == Status::crashed || status == Status::timed_out; }

/// Whether all of the file ran: an error without examples is a file that did not load.
bool is_whole(const collector::FileEnd& event) {
  if (was_cut_off(event.status) || event.status == Status::not_run || event.counts.not_run > 0) return false;
  return event.status != Status::error || event.counts.total() > 0;
}

Measured of_file(const collector::FileEnd& event, Teach teach) {
  Measured result{.secs = {}, .cpu_secs = event.cpu_secs, .at_least_secs = 0,
                  .status = std::string(collector::name(event.status))};
  if (was_cut_off(event.status)) {
    result.at_least_secs = event.secs;
  } else if (teach == Teach::files_and_examples && is_whole(event)) {
    result.secs = event.secs;
  }
  return result;
}

ExampleTiming of_example(const collector::TestEnd& event) {
  Measured measured{.secs = {}, .cpu_secs = event.cpu_secs, .at_least_secs = 0,
                    .status = std::string(collector::name(event.status))};
  if (was_cut_off(event.status)) {
    measured.at_least_secs = event.secs;
  } else {
    measured.secs = event.secs;
  }
  return {event.id, event.full_name, std::move(measured)};
}

/// A requeue bears how the runner's process ended ("SIGSEGV", "exit 0", "timed out"), or what became of its node;
/// only the former says something of the file.
std::optional<Status> cause_of(const std::string& reason) {
  if (reason.find("timed") != std::string::npos) return Status::timed_out;
  for (const char* word : {"crash", "SIG", "signal", "exit"}) {
    if (reason.find(word) != std::string::npos) return Status::crashed;
  }
  return std::nullopt;
}

std::size_t size_of(const FileTiming& timing) {
  std::size_t bytes = sizeof timing + timing.path.size();
  for (const auto& example : timing.examples) bytes += sizeof example + example.id.size() + example.name.size();
  return bytes;
}

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 deduces none by itself

}  // namespace

TimingRecorder::TimingRecorder(std::shared_ptr<TimingStore> store, system::BackgroundWriter& writer, Teach teach)
    : store_(std::move(store)), writer_(writer), teach_(teach) {}

void TimingRecorder::on_event(const collector::Envelope& envelope) {
  try {
    std::visit(Overloaded{
                   [&](const collector::FileStart& event) { on_file_start(event, envelope.elapsed); },
                   [&](const collector::TestEnd& event) { on_test_end(event); },
                   [&](const collector::FileEnd& event) { on_file_end(event, envelope.ts.us); },
                   [&](const collector::FileRequeue& event) { on_file_requeue(event, envelope); },
                   [&](const collector::RunEnd&) { on_run_end(envelope.ts); },
                   [](const auto&) {},
               },
               envelope.event);
  } catch (const std::exception&) {  // no memory: history is the first thing to do without
    store_->count_dropped();
  }
}

void TimingRecorder::on_file_start(const collector::FileStart& event, double elapsed) {
  auto& open = open_[event.path][{event.item, event.attempt}];
  if (!std::exchange(open.started, true)) open.since = elapsed;
}

void TimingRecorder::on_test_end(const collector::TestEnd& event) {
  if (event.status == Status::not_run) return;
  open_[event.path][{event.item, event.attempt}].examples.push_back(of_example(event));
}

void TimingRecorder::on_file_end(const collector::FileEnd& event, std::int64_t at_us) {
  FileTiming timing{.path = event.path, .measured = of_file(event, teach_), .at_us = at_us, .examples = {}};
  if (const auto tries = open_.extract(event.path); !tries.empty()) {
    for (auto& [name, open] : tries.mapped()) {
      std::move(open.examples.begin(), open.examples.end(), std::back_inserter(timing.examples));
    }
  }
  if (event.status == Status::not_run && timing.examples.empty()) return;
  write(std::move(timing));
}

void TimingRecorder::on_file_requeue(const collector::FileRequeue& event, const collector::Envelope& envelope) {
  const auto it = open_.find(event.path);
  if (it == open_.end()) return;
  const auto taken = it->second.extract({event.item, event.attempt});
  if (taken.empty()) return;
  const Open& open = taken.mapped();
  const auto cause = cause_of(event.reason);
  if (!cause || !open.started) return;
  Measured measured{.secs = {}, .cpu_secs = 0, .at_least_secs = envelope.elapsed - open.since,
                    .status = std::string(collector::name(*cause))};
  write({.path = event.path, .measured = std::move(measured), .at_us = envelope.ts.us, .examples = {}});
}

void TimingRecorder::on_run_end(base::WallTime at) {
  open_.clear();
  writer_.offer([store = store_, at] { store->finish(at); });
}

void TimingRecorder::write(FileTiming timing) {
  const auto bytes = size_of(timing);
  auto job = [store = store_, shared = std::make_shared<FileTiming>(std::move(timing))] {
    store->add(std::move(*shared));
  };
  if (!writer_.offer(std::move(job), bytes)) store_->count_dropped();
}

}  // namespace dtest::history
