// How long a file will take, from what its earlier runs took. Pure; all times are seconds.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dtest::schedule {

/// What is remembered of a file or of an example.
struct Past {
  double mean_secs = 0;       ///< weighted: see weigh()
  std::uint32_t runs = 0;     ///< accepted runs behind the mean; 0: none, only `at_least_secs` counts
  double last_secs = 0;
  double at_least_secs = 0;   ///< a crashed or timed-out attempt went on for so long; 0 after the next accepted run
};

/// A planned file.
struct File {
  std::string path;
  std::optional<Past> past;
  std::uint64_t bytes = 0;
  bool uses_shared_examples = false;
  bool requeued = false;      ///< was dispatched before and came back
};

enum class Basis {
  history,   ///< from its own runs
  size,      ///< never seen: its size at the rate of the known files
  at_least,  ///< never finished: what a crashed or timed-out attempt took
  none,      ///< nothing is known of any file: there is an order, but no time
};

struct Estimate {
  std::optional<double> secs;  ///< absent exactly when basis is none
  Basis basis = Basis::none;
};

/// Weight of the newest run once there are enough of them: five runs later a change counts for 83 %.
constexpr double kRecentWeight = 0.3;
/// A run counts as at most so many times the mean plus a second: a suspended laptop does not become "nine hours".
constexpr double kMostGrowth = 10.0;
/// Bounds of any estimate, so that no value is lost in rounding and none outweighs all the others.
constexpr double kLeastSecs = 0.001;
constexpr double kMostSecs = 6 * 3600.0;

/// The mean after one more run of `secs`. The first runs are averaged plainly (1, 1/2, 1/3), later ones weigh
/// kRecentWeight. What is not a time (negative, infinite, not a number) changes nothing.
double weigh(double mean_secs, std::uint32_t runs, double secs);

/// One estimate a file, in the same order. O(n log n).
std::vector<Estimate> estimate(const std::vector<File>& files);

}  // namespace dtest::schedule
