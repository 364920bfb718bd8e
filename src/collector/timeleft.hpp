// How long a run will still take, from what remains. Pure.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace dtest::collector {

/// What remains of a run; seconds.
struct Remaining {
  std::uint64_t queued = 0;          ///< files that have not begun
  std::uint64_t unknown = 0;         ///< of those: files without an expectation
  double queued_secs = 0;            ///< sum of the expectations of those that have one
  double longest_queued_secs = 0;
  std::vector<double> running_secs;  ///< per running file: what is left of its expectation, never below 0
  std::uint32_t runners = 0;         ///< runners that are up
};

using TimeLeft = std::function<std::optional<double>(const Remaining&)>;

/// The lower bound: the work shared out evenly, or the longest single file. A file without an expectation counts
/// as the mean of the others; nothing when there is no runner, or no expectation while files are queued.
std::optional<double> about_left(const Remaining& remaining);

}  // namespace dtest::collector
