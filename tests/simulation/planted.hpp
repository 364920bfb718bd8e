// Bugs that can be planted between the machines, to see that the invariants notice them.
//
// Mutations that change nothing that must hold, and are therefore not here:
// - a ping never asks for a gap: the RTO sends the oldest report again, which is slower and no less complete;
// - a node answers each hello anew, or the master repeats one that was answered: the epoch is the same;
// - a beat is lost, or comes twice: all that it says is in each report's header too, and is cumulative;
// - `last` is dropped from an item: only the broker's wording depends on it, the master decides by its own count;
// - `t` (expected time) is wrong: items are sent ahead, or not, and a queue that dies with its runner is given back;
// - reports are held back longer than 20 ms, or not at all: their order and numbers are the same.
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace dtest::simulation {

enum class Planted {
  none,
  acks_dropped,          ///< no acknowledgement reaches a node
  gaps_renumbered,       ///< reports behind a gap are given the number that the master waits for
  reports_again,         ///< so are reports that were applied before
  credit_increments,     ///< the master is told how much the credit rose, once per message received
  credit_ignored,        ///< the master believes in more credit than the node gave
  nosession_too_early,   ///< a node denies a session that is still being killed
  attempt_not_bumped,    ///< each try arrives as the first
  lease_on_receipt,      ///< a ping renews the lease whatever beat it echoes
  lease_never_over,      ///< the lease renews itself
  fence_missing,         ///< the guardian of a stopped daemon waits for it
  dead_too_early,        ///< the master gives a silent node up before its lease is over
  survivors_of_restart,  ///< a daemon comes back before its former life's processes are gone
  end_before_words,      ///< a process is said to be over before what it said was read
  node_trusts_epochs,    ///< a node takes what bears a dead epoch for its session
  master_trusts_epochs,  ///< so does the master
  crash_counted,         ///< a crashed attempt is taken for a done one
  returned_lost,         ///< what was given back is not heard of
  orders_dropped,        ///< no slot hears that it is to rest
};
constexpr std::array<std::string_view, 19> kPlantedNames{
    "none", "acks dropped", "gaps renumbered", "reports applied again", "credit as increments", "credit ignored",
    "nosession too early", "attempt not bumped", "lease renewed on receipt", "lease never over", "fence missing",
    "dead before the lease", "survivors of a restart", "end before last words", "node trusts any epoch",
    "master trusts any epoch", "crash counted as done", "given back is lost",
    "orders for slots dropped"};

}  // namespace dtest::simulation
