// Which transitions of the three state machines were seen, to be held against the tables of doc/protocol.md §10.
#pragma once
#include <bitset>
#include <cstddef>

namespace dtest::simulation {

enum class Machine : std::size_t { session, slot, link, kCount };

/// States by the names of the page are in transition_table.cpp; the numbers are those of the machines, plus one where
/// there may be none.
constexpr std::size_t kMostStates = 9;

enum class Occasion : std::size_t {
  // a node hears
  hello,
  hello_same,
  hello_lower,
  hello_higher,
  other_epoch,
  item,
  ping,
  cancel_drain,
  cancel_kill,
  bye,
  node_setup_ok,
  node_setup_failed,
  runner_setup_ok,
  runner_setup_failed,
  plan,
  loaded,
  bootfail,
  boot_words,
  boot_ends,
  boot_exits_78,
  boot_killed,
  ready,
  list,
  done,
  loading,
  words,
  process_ends,
  empty,
  fenced,
  told_to_stop,
  workspace_made,
  workspace_failed,
  synced,
  slots,
  // a master hears
  own_number,
  refused,
  nosession,
  reports,
  foreign,
  lost,
  connected,
  run_ends,
  // both
  time,
  elsewhere,
  kCount
};

/// A value. `saw` is cheap enough for every step.
class Transitions {
 public:
  void saw(Machine machine, std::size_t from, Occasion occasion, std::size_t to) {
    seen_.set(index(machine, from, occasion, to));
  }
  [[nodiscard]] bool has(Machine machine, std::size_t from, Occasion occasion, std::size_t to) const {
    return seen_.test(index(machine, from, occasion, to));
  }
  void add(const Transitions& other) { seen_ |= other.seen_; }

 private:
  static constexpr std::size_t kOccasions = static_cast<std::size_t>(Occasion::kCount);
  static std::size_t index(Machine machine, std::size_t from, Occasion occasion, std::size_t to) {
    return ((static_cast<std::size_t>(machine) * kMostStates + from) * kOccasions +
            static_cast<std::size_t>(occasion)) *
               kMostStates +
           to;
  }
  std::bitset<static_cast<std::size_t>(Machine::kCount) * kMostStates * kOccasions * kMostStates> seen_;
};

}  // namespace dtest::simulation
