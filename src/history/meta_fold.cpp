#include <algorithm>
#include <tuple>
#include <variant>

#include "history/run_meta.hpp"

namespace dtest::history {
namespace {

using collector::Status;

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 deduces none by itself

void by_place(std::vector<Noted>& list) {
  std::sort(list.begin(), list.end(), [](const Noted& a, const Noted& b) {
    return std::tie(a.path, a.line, a.failure, a.id) < std::tie(b.path, b.line, b.failure, b.id);
  });
}

void limit(std::vector<Noted>& list) {
  by_place(list);
  if (list.size() > RunMeta::kMostNoted) list.resize(RunMeta::kMostNoted);
}

}  // namespace

void MetaFold::take(const collector::Envelope& envelope) {
  std::visit(
      Overloaded{
          [&](const collector::RunStart& event) { on(event, envelope.ts.us); },
          [&](const collector::RunPlan& event) { on(event); },
          [&](const collector::TestEnd& event) { on(event); },
          [&](const collector::TestRetry& event) { on(event); },
          [&](const collector::FileEnd& event) { on(event); },
          [&](const collector::FileRequeue& event) { on(event); },
          [&](const collector::FileLoadError& event) {
            note({event.failure, Status::error, event.path, 0, "", "", event.place}, event.item, event.attempt);
          },
          [&](const collector::TestError& event) {
            note({event.failure, Status::error, event.path, 0, "", event.where, event.place}, event.item, event.attempt);
          },
          [&](const collector::RunEnd& event) { on(event, envelope.ts.us); },
          [](const auto&) {},
      },
      envelope.event);
}

RunMeta MetaFold::meta() const {
  RunMeta meta = meta_;
  for (const Bad& bad : bad_) meta.bad.push_back(bad.noted);
  for (const auto& [example, noted] : flaky_) meta.flaky.push_back(noted);
  limit(meta.bad);
  limit(meta.flaky);
  return meta;
}

std::vector<Noted> MetaFold::all_bad() const {
  std::vector<Noted> all;
  for (const Bad& bad : bad_) all.push_back(bad.noted);
  by_place(all);
  return all;
}

void MetaFold::note(Noted noted, std::uint32_t item, std::uint32_t attempt) {
  if (noted.failure > 0) bad_.push_back({std::move(noted), item, attempt});
}

void MetaFold::on(const collector::RunStart& event, std::int64_t ts) {
  meta_.start = event;
  meta_.started_us = ts;
}

void MetaFold::on(const collector::RunPlan& event) {
  meta_.framework = event.framework;
  meta_.ruby = event.ruby;
  meta_.seed = event.seed;
  meta_.runners = event.runners;
  meta_.files = event.files.size();
}

void MetaFold::on(const collector::TestEnd& event) {
  const Example example{event.path, event.id};
  if (collector::is_bad(event.status)) {
    note({event.failure, event.status, event.path, event.line, event.id, event.full_name, event.place}, event.item,
         event.attempt);
  } else if (event.flaky) {
    Noted noted{0, Status::failed, event.path, event.line, event.id, event.full_name, event.place};
    if (auto before = before_.find(example); before != before_.end()) {
      noted.status = before->second.status;
      noted.place = before->second.place;
    } else if (auto file = crashed_.find(event.path); file != crashed_.end()) {
      noted.status = Status::crashed;
      noted.place = file->second.place;
    }
    flaky_[example] = std::move(noted);
  }
}

void MetaFold::on(const collector::TestRetry& event) {
  before_.try_emplace({event.path, event.id}, Before{event.status, event.place});
  std::erase_if(bad_, [&](const Bad& bad) {
    return bad.item == event.item && bad.attempt == event.attempt && bad.noted.id == event.id;
  });
}

void MetaFold::on(const collector::FileEnd& event) {
  if (event.failure == 0) return;
  note({event.failure, event.status, event.path, 0, "", event.reason, event.place}, event.item, event.attempt);
}

void MetaFold::on(const collector::FileRequeue& event) {
  crashed_.try_emplace(event.path, Before{Status::crashed, event.place});
  std::erase_if(bad_, [&](const Bad& bad) {
    if (bad.noted.path != event.path || bad.item != event.item || bad.attempt != event.attempt) return false;
    if (!bad.noted.id.empty()) before_.try_emplace({event.path, bad.noted.id}, Before{bad.noted.status, event.place});
    return true;
  });
  std::erase_if(flaky_, [&](const auto& entry) { return entry.first.first == event.path; });
}

void MetaFold::on(const collector::RunEnd& event, std::int64_t ts) {
  meta_.ended_us = ts;
  meta_.verdict = event.verdict;
  meta_.reason = event.reason;
  meta_.exit_code = event.exit_code;
  meta_.counts = event.counts;
  meta_.secs = event.secs;
  meta_.expect_secs = event.expect_secs;
  meta_.not_run = event.not_run.size();
}

}  // namespace dtest::history
