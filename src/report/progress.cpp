#include "report/progress.hpp"

#include <algorithm>

namespace dtest::report {
namespace {

constexpr double kMostOfRunning = 0.95;  // a file is not done before it says so
constexpr double kMostOfAll = 0.99;
constexpr double kLeastWeight = 0.001;

void subtract(collector::Counts& from, const collector::Counts& what) {
  from.passed -= what.passed;
  from.failed -= what.failed;
  from.pending -= what.pending;
  from.error -= what.error;
  from.crashed -= what.crashed;
  from.timed_out -= what.timed_out;
  from.not_run -= what.not_run;
}

}  // namespace

void Progress::plan(const collector::RunPlan& event) {
  planned_ = true;
  total_ = event.files.size();
  double sum = 0;
  std::size_t known = 0;
  for (const collector::PlannedFile& file : event.files) {
    if (!file.expect_secs) continue;
    weights_[file.path] = std::max(*file.expect_secs, kLeastWeight);
    sum += weights_[file.path];
    ++known;
  }
  weight_unknown_ = known > 0 ? sum / static_cast<double>(known) : 1;
  weight_total_ = sum + weight_unknown_ * static_cast<double>(total_ - known);
  weight_done_ = 0;
  for (const std::string& path : done_) weight_done_ += weight(path);
}

double Progress::weight(const std::string& path) const {
  auto found = weights_.find(path);
  return found == weights_.end() ? weight_unknown_ : found->second;
}

void Progress::start(const collector::FileStart& event, double now) {
  std::erase_if(running_, [&](const Running& r) {
    return r.place.node == event.place.node && r.place.runner == event.place.runner;
  });
  running_.push_back({event.place, event.path, now, event.expect_secs});
}

void Progress::drop(const std::string& path, const collector::Place& place) {
  std::erase_if(running_, [&](const Running& r) {
    return r.path == path && (place.node.empty() || (r.place.node == place.node && r.place.runner == place.runner));
  });
}

void Progress::end(const collector::FileEnd& event) {
  ++pulse_;
  drop(event.path, {});
  if (done_.insert(event.path).second) weight_done_ += weight(event.path);
  auto first = open_.lower_bound({event.path, 0, 0});
  while (first != open_.end() && std::get<0>(first->first) == event.path) first = open_.erase(first);
}

void Progress::requeue(const collector::FileRequeue& event) {
  drop(event.path, event.place);
  auto found = open_.find({event.path, event.item, event.attempt});
  if (found == open_.end()) return;
  subtract(counts_, found->second);
  open_.erase(found);
}

void Progress::lost(const std::string& node) {
  std::erase_if(running_, [&](const Running& r) { return r.place.node == node; });
}

void Progress::set(const collector::RunProgress& event, double now) {
  running_.clear();
  for (const collector::RunningFile& r : event.running) {
    running_.push_back({r.place, r.path, now - r.secs, r.expect_secs});
  }
}

void Progress::add(const collector::TestEnd& event) {
  ++pulse_;
  counts_.add(event.status);
  open_[{event.path, event.item, event.attempt}].add(event.status);
}

void Progress::retry(const collector::TestRetry& event) {
  if (event.status == collector::Status::not_run) return;
  counts_.remove(event.status);
  auto found = open_.find({event.path, event.item, event.attempt});
  if (found != open_.end()) found->second.remove(event.status);
}

double Progress::fraction(double now) {
  if (weight_total_ <= 0) return best_;
  double done = weight_done_;
  for (const Running& r : running_) {
    if (done_.contains(r.path)) continue;
    double w = weight(r.path);
    done += w * std::min(kMostOfRunning, std::max(0.0, now - r.since) / std::max(r.expect.value_or(w), kLeastWeight));
  }
  double most = done_.size() >= total_ ? 1.0 : kMostOfAll;
  best_ = std::clamp(done / weight_total_, std::min(best_, most), most);
  return best_;
}

}  // namespace dtest::report
