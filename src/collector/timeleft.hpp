// How long a run will still take, from what remains. Pure; seconds.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "schedule/makespan.hpp"

namespace dtest::collector {

struct Remaining {
  std::vector<schedule::Running> running;  ///< those that have an expectation
  std::vector<double> queued;              ///< expectations in dispatch order; unknown ones left out
  std::uint64_t unknown = 0;               ///< files left, queued or running, without an expectation
  std::uint32_t runners = 0;               ///< runners that are up
};

using TimeLeft = std::function<std::optional<double>(const Remaining&)>;

/// Files without an expectation count as the mean of those that have one. Nothing without a runner, or when more
/// files are unknown than known. Exact list scheduling up to 10,000 queued files, the lower bound beyond.
std::optional<double> about_left(const Remaining& remaining);

}  // namespace dtest::collector
