// How long a run will take. Pure; all times are seconds. List scheduling: whichever runner is free first takes the
// next file, which is what credit over the work pipe amounts to.
#pragma once
#include <cstddef>
#include <vector>

namespace dtest::schedule {

/// Durations are taken as they are; negative ones and what is not a number count as 0. Zero runners count as one.
/// O(n log runners): a million files on a hundred runners take some tens of milliseconds.
double makespan(const std::vector<double>& durations_in_order, std::size_t runners);

/// No order can be faster: max(sum / runners, longest). List scheduling takes less than twice as long.
double lower_bound(const std::vector<double>& durations, std::size_t runners);

struct Running {
  double elapsed = 0;
  double expected = 0;
};

/// How long a running file still takes. One that is over its time is believed to need a tenth of what it took so
/// far: the estimate was wrong, and the longer it runs, the more so.
double left_of(const Running& running);

/// Time until all is done, given what runs now and what is queued, in dispatch order.
double time_left(const std::vector<Running>& running, const std::vector<double>& queued, std::size_t runners);

/// The line of `dtest plan`.
struct Forecast {
  double wall = 0;         ///< expected
  double lower = 0;        ///< lower bound
  double twice_wall = 0;   ///< expected with twice the runners
};
Forecast forecast(const std::vector<double>& durations_in_order, std::size_t runners);

}  // namespace dtest::schedule
