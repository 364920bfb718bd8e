// Bugs that can be planted between the real machines, so that none of them has a line for it: whether the invariants
// notice them is part of the test. What each proves, and which mutations cannot break anything, is in
// doc/simulation.md.
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace dtest::simulation {

enum class Planted : std::size_t {
  none,
  // numbers
  acks_dropped,       ///< no acknowledgement reaches a node
  acks_on_receipt,    ///< what was heard is acknowledged, though it lies behind a gap
  gaps_renumbered,    ///< reports behind a gap are given the number that the master waits for
  reports_again,      ///< so are reports that were applied before
  reports_reordered,  ///< those of one message are applied from the last to the first
  jobs_again,         ///< a job that comes twice is taken for a new one
  jobs_across_gap,    ///< so is one that comes before its predecessor
  words_unnumbered,   ///< nobody notices that a runner's message is missing
  // credit
  credit_increments,  ///< the master is told how much the credit rose, once per message received
  credit_ignored,     ///< the master believes in more credit than the node gave
  window_ignored,     ///< a node gives credit for a hundred items more than it should
  outbox_unbounded,   ///< nothing is acknowledged, and a full outbox does not freeze the credit
  // epochs and leases
  node_trusts_epochs,    ///< a node takes what bears a dead epoch for its session
  master_trusts_epochs,  ///< so does the master
  epoch_drawn_twice,     ///< a node's sessions all have the same
  nosession_too_early,   ///< a node denies a session that is still being killed
  any_nosession,         ///< the master takes the denial of an old session for one of the new
  attempt_not_bumped,    ///< each try arrives as the first
  lease_on_receipt,      ///< a ping renews the lease whatever beat it echoes
  lease_never_over,      ///< the lease renews itself
  lease_too_long,        ///< it lasts longer than the master waits
  fence_missing,         ///< the guardian of a stopped daemon waits for it
  dead_too_early,        ///< the master gives a silent node up before its lease is over
  // processes
  survivors_of_restart,  ///< a daemon comes back before its former life's processes are gone
  kill_too_slow,         ///< a guardian takes ten seconds more to kill all
  kill_forgotten,        ///< a guardian does not kill the one process that it is told to
  killed_believed,       ///< a guardian kills at once, and its daemon hears of it half a second later
  empty_too_early,       ///< a session is said to be empty when its processes were only signalled
  keeper_end_untold,     ///< a daemon does not notice that its guardian died
  adoption_forgotten,    ///< a guardian does not know the runners that were forked
  end_before_words,      ///< a process is said to be over before what it said was read
  item_sent_twice,       ///< a runner gets its item twice
  databases_unclaimed,   ///< runners do not say which databases they write to
  hooks_not_awaited,     ///< a hook is said to have ended when it has begun
  // the account
  crash_counted,       ///< a crashed attempt is taken for a done one
  hang_counted,        ///< so is one that timed out
  cut_off_counted,     ///< so is one that was stopped
  given_back_counted,  ///< so is one that was given back
  returned_lost,       ///< what was given back is not heard of
  end_lost,            ///< now and then the end of an item is not heard of
  list_lost,           ///< the list of examples is not heard of
  sleep_counted,       ///< the time for which a run was suspended counts as the example's
  running_unnamed,     ///< the example that was running at a crash is not
  crashes_unlimited,   ///< an item may crash as often as it likes
  retry_untold,        ///< the collector is not told of retries
  void_counted,        ///< the collector takes void attempts for accepted ones
  void_forgotten,      ///< the collector hears nothing of attempts that turn out to be void
  bye_lost,            ///< no bye reaches a node
  break_off_hidden,    ///< a process that dies in an exit handler looks as if it had ended in order
  // the circuit breaker
  orders_dropped,       ///< no slot hears that it is to rest
  named_slots_dropped,  ///< what only some slots may run is run by any
  kCount
};
constexpr std::size_t kPlantedBugs = static_cast<std::size_t>(Planted::kCount);
// clang-format off
constexpr std::array<std::string_view, kPlantedBugs> kPlantedNames{
    "none", "acks dropped", "acks on receipt", "gaps renumbered", "reports applied again", "reports reordered",
    "jobs taken again", "jobs across a gap", "lost words unnoticed", "credit as increments", "credit ignored",
    "window ignored", "outbox unbounded", "node trusts any epoch", "master trusts any epoch", "epoch drawn twice",
    "nosession too early", "any nosession", "attempt not bumped", "lease renewed on receipt", "lease never over",
    "lease too long", "fence missing", "dead before the lease", "survivors of a restart", "kill too slow",
    "kill forgotten", "killed believed", "empty too early", "keeper's end untold", "adoption forgotten", "end before last words",
    "item sent twice", "databases unclaimed", "hooks not awaited", "crash counted as done", "hang counted as done",
    "cut off counted as done", "given back counted", "given back is lost", "end lost", "list lost",
    "sleep counted", "running unnamed", "crashes unlimited", "retry untold", "void attempt counted",
    "void attempt forgotten", "bye lost", "break-off hidden", "orders for slots dropped", "any slot runs it"};
// clang-format on
static_assert(!kPlantedNames.back().empty());

}  // namespace dtest::simulation
