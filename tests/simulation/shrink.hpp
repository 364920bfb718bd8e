// Makes the world of a failing seed smaller, as long as something in it still fails.
#pragma once
#include <cstdint>
#include <string>

#include "planted.hpp"
#include "scenario.hpp"

namespace dtest::simulation {

struct Shrunk {
  Scenario scenario;
  std::string violation;   ///< of the smaller world: perhaps another one
  unsigned runs = 0;       ///< worlds that were tried
};

/// Tries fewer nodes, runners and files, and each kind of trouble left out.
Shrunk shrink(std::uint64_t seed, Planted planted);
/// In a few lines, what is left out left out.
std::string describe(const Scenario& scenario);

}  // namespace dtest::simulation
