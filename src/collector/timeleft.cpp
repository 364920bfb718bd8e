#include "collector/timeleft.hpp"

#include <algorithm>
#include <numeric>

namespace dtest::collector {
namespace {

constexpr std::size_t kExactUpTo = 10000;  // beyond it the last files hardly matter, and two calls a second would

double mean(const Remaining& r) {
  double sum = std::accumulate(r.queued.begin(), r.queued.end(), 0.0);
  for (const schedule::Running& file : r.running) sum += file.expected;
  return sum / static_cast<double>(r.queued.size() + r.running.size());
}

double bound(const Remaining& r, const std::vector<double>& queued) {
  std::vector<double> all = queued;
  for (const schedule::Running& file : r.running) all.push_back(schedule::left_of(file));
  return schedule::lower_bound(all, r.runners);
}

}  // namespace

std::optional<double> about_left(const Remaining& remaining) {
  const std::size_t known = remaining.queued.size() + remaining.running.size();
  if (known + remaining.unknown == 0) return 0.0;
  if (remaining.runners == 0 || remaining.unknown > known) return std::nullopt;
  std::vector<double> queued = remaining.queued;
  queued.insert(queued.begin(), remaining.unknown, mean(remaining));
  if (queued.size() > kExactUpTo) return bound(remaining, queued);
  return schedule::time_left(remaining.running, queued, remaining.runners);
}

}  // namespace dtest::collector
