// How a set of processes is brought to its end. Pure.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "guardian/owners.hpp"

namespace dtest::guardian {

struct Signal {
  system::Process process;
  int number = 0;
};

/// TERM and CONT once to each process until the deadline (again when it has become another program: between fork
/// and exec a shell's child takes TERM with the shell's handler and forgets it), KILL at every step after it. Steps come soon at first
/// and then more seldom, soon again whenever somebody new has appeared.
class Killing {
 public:
  Killing(base::Instant now, base::Duration grace) : deadline_(now + grace), next_(now) {}

  /// The earlier of both deadlines holds.
  void hasten(base::Instant now, base::Duration grace);
  void step(base::Instant now, const std::vector<system::Process>& targets, std::vector<Signal>& out);
  [[nodiscard]] base::Instant next_step() const { return next_; }

 private:
  base::Instant deadline_, next_;
  base::Duration pause_{};
  std::set<std::pair<ProcessKey, std::string>> termed_;
  std::set<ProcessKey> killed_;
};

}  // namespace dtest::guardian
