// Bugs that can be planted between the machines, to see that the invariants notice them.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace dtest::simulation {

enum class Planted {
  none,
  acks_dropped,          ///< no acknowledgement reaches a node
  gaps_renumbered,       ///< reports behind a gap are given the number that the master waits for
  credit_increments,     ///< the master is told how much the credit rose, once per message received
  nosession_too_early,   ///< a node denies a session that is still being killed
  attempt_not_bumped,    ///< each try arrives as the first
  lease_on_receipt,      ///< a ping renews the lease whatever beat it echoes
  survivors_of_restart,  ///< a daemon comes back before its former life's processes are gone
  end_before_words,      ///< a process is said to be over before what it said was read
};
constexpr std::array<std::string_view, 9> kPlantedNames{
    "none", "acks dropped", "gaps renumbered", "credit as increments", "nosession too early", "attempt not bumped",
    "lease renewed on receipt", "survivors of a restart", "end before last words"};

}  // namespace dtest::simulation
