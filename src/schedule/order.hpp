// In which order files are dispatched, and why. Pure and deterministic: equal input gives equal output, whatever
// the order of the input.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "schedule/estimate.hpp"

namespace dtest::schedule {

/// Why a file stands where it stands. The groups are dispatched in this order.
enum class Rank {
  requeued,     ///< came back from a runner or a node: the run already waits for it
  new_shared,   ///< never timed, uses shared examples
  new_by_size,  ///< never timed
  known,        ///< longest first
};

struct Place {
  std::size_t index = 0;  ///< into the files that were given
  Rank rank = Rank::known;
};

/// Requeued files first, then those never timed (a new slow file must not become the tail), those that use shared
/// examples before the rest, larger ones first; then the known ones, longest first. Among equals the path decides.
/// `estimates` has one entry a file (estimate()). O(n log n).
std::vector<Place> order(const std::vector<File>& files, const std::vector<Estimate>& estimates);

/// The reason for people: "about 12.4s: longest first", "never timed, 3 402 bytes: before the known files".
std::string reason(const File& file, const Estimate& estimate, Rank rank);

}  // namespace dtest::schedule
