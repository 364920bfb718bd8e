#include "schedule/makespan.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

namespace dtest::schedule {
namespace {

double sane(double secs) { return std::isfinite(secs) && secs > 0 ? secs : 0; }

using FreeAt = std::priority_queue<double, std::vector<double>, std::greater<>>;

/// Hands the durations to whoever is free first; returns when the last one ends.
double list_schedule(FreeAt free_at, double latest, const std::vector<double>& durations) {
  for (const double duration : durations) {
    const double end = free_at.top() + sane(duration);
    latest = std::max(latest, end);
    free_at.pop();
    free_at.push(end);
  }
  return latest;
}

FreeAt all_free(std::size_t runners, std::size_t files) {
  // Runners beyond the number of files never get one.
  const auto useful = std::max<std::size_t>(1, std::min(runners, files));
  return FreeAt({}, std::vector<double>(useful, 0.0));
}

}  // namespace

double makespan(const std::vector<double>& durations_in_order, std::size_t runners) {
  return list_schedule(all_free(runners, durations_in_order.size()), 0, durations_in_order);
}

double lower_bound(const std::vector<double>& durations, std::size_t runners) {
  double sum = 0, longest = 0;
  for (const double duration : durations) {
    sum += sane(duration);
    longest = std::max(longest, sane(duration));
  }
  return std::max(sum / static_cast<double>(std::max<std::size_t>(1, runners)), longest);
}

double left_of(const Running& running) {
  const double elapsed = sane(running.elapsed), expected = sane(running.expected);
  return std::max(expected - elapsed, elapsed > expected ? elapsed / 10 : 0);
}

double time_left(const std::vector<Running>& running, const std::vector<double>& queued, std::size_t runners) {
  const auto idle = runners > running.size() ? runners - running.size() : 0;
  auto free_at = idle > 0 || running.empty() ? all_free(std::max<std::size_t>(1, idle), queued.size()) : FreeAt();
  double latest = 0;
  for (const auto& file : running) {
    const double left = left_of(file);
    latest = std::max(latest, left);
    free_at.push(left);
  }
  return list_schedule(std::move(free_at), latest, queued);
}

Forecast forecast(const std::vector<double>& durations_in_order, std::size_t runners) {
  return {makespan(durations_in_order, runners), lower_bound(durations_in_order, runners),
          makespan(durations_in_order, 2 * std::max<std::size_t>(1, runners))};
}

}  // namespace dtest::schedule
