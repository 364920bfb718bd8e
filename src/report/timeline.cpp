#include "report/timeline.hpp"

#include <algorithm>

namespace dtest::report {

using collector::Place;
using collector::Status;

Span* Timeline::open(const Place& place) {
  auto lane = lanes_.find({place.node, place.runner});
  return lane != lanes_.end() && lane->second.open ? &spans_[lane->second.span] : nullptr;
}

// Whatever is open on the lane ended unseen: with its last sign.
Span& Timeline::begin(const Place& place, Span::Kind kind, double now) {
  State& lane = lanes_[{place.node, place.runner}];
  if (lane.open) spans_[lane.span].to = std::max(spans_[lane.span].from, lane.seen);
  lane = {spans_.size(), true, now};
  Span& span = spans_.emplace_back();
  span.kind = kind;
  span.place = place;
  span.from = span.to = now;
  return span;
}

void Timeline::end(const Place& place, double now) {
  auto lane = lanes_.find({place.node, place.runner});
  if (lane == lanes_.end() || !lane->second.open) return;
  lane->second.open = false;
  spans_[lane->second.span].to = now;
}

// The span of that attempt, when it is the last one of its lane.
Span* Timeline::last_file(const Place& place, std::size_t file, std::uint32_t item, std::uint32_t attempt) {
  auto lane = lanes_.find({place.node, place.runner});
  if (lane == lanes_.end()) return nullptr;
  Span& span = spans_[lane->second.span];
  bool same = span.kind == Span::Kind::file && span.file == file && span.item == item && span.attempt == attempt;
  return same ? &span : nullptr;
}

void Timeline::on(const collector::NodeJoin& e, double now, const Index& /*unused*/) {
  for (auto& [lane, state] : lanes_) {
    if (lane.first == e.name && state.open && spans_[state.span].kind == Span::Kind::lost) {
      state.open = false;
      spans_[state.span].to = now;
    }
  }
}

void Timeline::on(const collector::NodeLost& e, double now, const Index& /*unused*/) {
  std::vector<Place> places;
  for (const auto& [lane, state] : lanes_)
    if (lane.first == e.name) places.push_back({lane.first, lane.second});
  for (const Place& place : places) {
    end(place, now);
    begin(place, Span::Kind::lost, now).text = e.reason;
  }
}

void Timeline::on(const collector::NodeSync& e, double now, const Index& /*unused*/) {
  const Place place{e.name, 0};
  if (e.phase == "start") {
    begin(place, Span::Kind::sync, now);
    return;
  }
  Span* span = open(place);
  if (span == nullptr || span->kind != Span::Kind::sync) span = &begin(place, Span::Kind::sync, now - e.secs);
  span->text = e.how;
  if (!e.ok) span->status = Status::failed;
  end(place, now);
}

void Timeline::on(const collector::NodeSetup& e, double now, const Index& /*unused*/) {
  if (e.phase == "start") {
    begin(e.place, Span::Kind::setup, now).text = e.hook;
    return;
  }
  Span* span = open(e.place);
  if (span == nullptr || span->kind != Span::Kind::setup) span = &begin(e.place, Span::Kind::setup, now - e.secs);
  span->text = e.hook + " " + e.how;
  if (!e.ok) span->status = Status::failed;
  end(e.place, now);
}

void Timeline::on(const collector::RunnerStart& e, double now, const Index& /*unused*/) {
  begin(e.place, Span::Kind::boot, now);
}

// The start may be heard of only when the runner is ready.
void Timeline::on(const collector::RunnerReady& e, double now, const Index& /*unused*/) {
  Span* span = open(e.place);
  if (span == nullptr || span->kind != Span::Kind::boot) span = &begin(e.place, Span::Kind::boot, now);
  double free_since = 0;
  for (const Span& other : spans_) {
    if (&other == span || other.place.node != e.place.node || other.place.runner != e.place.runner) continue;
    free_since = std::max(free_since, other.to);
  }
  span->from = std::max(free_since, std::min(span->from, now - e.boot_secs));
  end(e.place, now);
}

void Timeline::on(const collector::RunnerCrash& e, double now, const Index& index) {
  end(e.place, now);
  auto lane = lanes_.find({e.place.node, e.place.runner});
  if (lane == lanes_.end()) return;
  Span& span = spans_[lane->second.span];
  if (span.kind != Span::Kind::file || e.path.empty() || span.file != index(e.path)) return;
  span.status = e.how == "timed out" ? Status::timed_out : Status::crashed;
  span.text = e.how;
}

// A file of which some examples are tried again elsewhere has no end of its own here.
void Timeline::on(const collector::RunnerEnd& e, double now, const Index& /*unused*/) {
  const Span* span = open(e.place);
  if (span == nullptr) return;
  const double seen = lanes_[{e.place.node, e.place.runner}].seen;
  end(e.place, span->kind == Span::Kind::file ? std::max(span->from, seen) : now);
}

void Timeline::on(const collector::FileStart& e, double now, const Index& index) {
  Span& span = begin(e.place, Span::Kind::file, now);
  span.file = index(e.path);
  span.item = e.item;
  span.attempt = e.attempt;
}

void Timeline::on(const collector::FileEnd& e, double now, const Index& index) {
  Span* span = last_file(e.place, index(e.path), e.item, e.attempt);
  if (span == nullptr) return;
  span->status = e.status;
  if (open(e.place) == span) end(e.place, now);
}

void Timeline::on(const collector::FileRequeue& e, double now, const Index& index) {
  Span* span = last_file(e.place, index(e.path), e.item, e.attempt);
  if (span == nullptr) return;
  span->is_void = true;
  span->text = e.reason;
  if (open(e.place) == span) end(e.place, now);
}

void Timeline::on(const collector::TestEnd& e, double now, const Index& index) {
  Span* span = last_file(e.place, index(e.path), e.item, e.attempt);
  if (span == nullptr) return;
  lanes_[{e.place.node, e.place.runner}].seen = now;
  if (is_bad(e.status) && !is_bad(span->status)) span->status = e.status;
}

std::vector<Span> Timeline::spans(double now) const {
  std::vector<Span> all = spans_;
  for (const auto& [lane, state] : lanes_) {
    if (!state.open) continue;
    Span& span = all[state.span];
    const bool goes_on = span.kind == Span::Kind::lost || span.kind == Span::Kind::sync;
    span.to = goes_on ? now : std::max(span.from, std::max(state.seen, span.to));
  }
  return all;
}

}  // namespace dtest::report
