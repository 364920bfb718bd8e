// Whose turn it is when several runs want the same runners. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace dtest::schedule {

/// One run that wants runners of a node.
struct Claim {
  std::string person;       ///< whose it is: shares are equal per person, whatever runs they have
  std::uint32_t wants = 0;  ///< runners that it could use now
  std::uint32_t holds = 0;  ///< runners that work for it
  base::Duration used{};    ///< runner time that it has had: who had less gets what cannot be divided
};

struct Allowance {
  std::uint32_t share = 0;  ///< runners that are due to it
  std::uint32_t most = 0;   ///< runners that may work for it now; the rest of its share is still with others
};

/// Max-min fair: nobody gets more than it wants, and what one does not want is shared out among the others; first
/// between people, then between the runs of each. In order of the claims. O(capacity * claims).
std::vector<std::uint32_t> fair_shares(std::uint32_t capacity, const std::vector<Claim>& claims);

/// The same with what can be had of it now: nothing is taken away from a run that holds more than its share, it only
/// starts nothing new, and what is free goes to those who lack most. The sum of what is held is never above `capacity`
/// by what is allowed here.
std::vector<Allowance> allowances(std::uint32_t capacity, const std::vector<Claim>& claims);

}  // namespace dtest::schedule
