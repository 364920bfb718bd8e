// What every part of one world uses. Owned by World.
#pragma once
#include <memory>

#include "faults.hpp"
#include "invariants.hpp"
#include "planted.hpp"
#include "random.hpp"
#include "scenario.hpp"
#include "timeline.hpp"
#include "trace.hpp"
#include "transitions.hpp"

namespace dtest::simulation {

struct Shared {
  const Scenario& scenario;
  Planted planted;
  Timeline time;
  Random random;
  Trace trace;
  Faults faults;
  Transitions transitions;
  Invariants invariants;
  std::int64_t next_pid = 1000;

  [[nodiscard]] base::Instant now() const { return time.now(); }
  void saw(Fault fault, std::uint64_t a = 0, std::uint64_t b = 0) {
    faults.saw(fault);
    trace.note(now(), kFaultNames[static_cast<std::size_t>(fault)].data(), a, b);
  }
  base::Duration some(std::int64_t most_us) { return random.between(base::Duration(0), base::Duration(most_us)); }
};

}  // namespace dtest::simulation
