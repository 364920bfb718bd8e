// What one runner had run when a failure happened: for `dtest reproduce`.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "history/run_store.hpp"

namespace dtest::history {

struct Step {
  std::string path;
  std::optional<std::vector<std::string>> ids;  ///< of the examples that ran; absent: all of the file
};

struct Sequence {
  std::vector<Step> steps;  ///< of the process in which it failed, the failing file last; empty: none is known
  collector::Place place;
};

/// Files that the process of that runner had begun before, and the one of failure `number`.
Sequence sequence_before(const StoredRun& run, std::uint32_t number);

}  // namespace dtest::history
