// One simulated run from its seed to its end.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "network.hpp"
#include "virtual_master.hpp"
#include "virtual_node.hpp"

namespace dtest::simulation {

struct Verdict {
  std::string violation;   ///< empty: all was well
  std::uint64_t hash = 0, steps = 0, frames = 0, accepted = 0;
  base::Duration virtual_time{};
  Faults faults;
  Transitions transitions;
};

class World {
 public:
  /// `loud`: the trace is printed as it happens.
  World(std::uint64_t seed, Planted planted, bool loud);
  /// The same with another scenario than the seed's own.
  World(std::uint64_t seed, const Scenario& scenario, Planted planted, bool loud);
  Verdict run();
  void print_last() const { shared_.trace.print_last(); }
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }

 private:
  World(Random random, const Scenario* scenario, Planted planted, bool loud);
  void connect();
  void plan_trouble();
  void trouble();
  template <class Decode>
  void tear(const std::string& frame, const Decode& decode);
  void partition(std::size_t node);
  void to_node(std::size_t index, const std::string& frame);
  void to_master(std::size_t index, const std::string& frame);
  [[nodiscard]] bool broken() const { return !shared_.invariants.violation().empty(); }
  [[nodiscard]] std::size_t left_processes() const;
  [[nodiscard]] std::size_t left_sessions() const;

  Scenario scenario_;
  Shared shared_;
  base::RunId run_{};
  Network network_;
  std::vector<std::unique_ptr<VirtualNode>> nodes_;
  std::unique_ptr<VirtualMaster> master_;
  std::uint64_t frames_ = 0;
};

}  // namespace dtest::simulation
