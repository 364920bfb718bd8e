// The ways in which a world can be bad, and how often each was seen.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace dtest::simulation {

enum class Fault : std::size_t {
  frame_lost, frame_twice, frame_late, partition, one_way_partition, slow_node, daemon_stopped, dtest_stopped, fenced,
  clock_drift, node_death, daemon_restart, daemon_end, guardian_end,
  hook_failed, hook_hung, hook_cut_short, database_shared,
  boot_not_started, boot_failed, boot_died_loading, boot_hung, boot_died_later, fork_unsaid,
  crash, exit_zero, hang, died_loading, died_idle, died_after_fork, outgrown, quit_refused, load_error,
  sick_runner, sick_node, runner_rests, runner_cleared, runner_replaced, runner_stopped,
  drain, kill, outbox_full, kCount
};
constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kCount);
constexpr std::array<std::string_view, kFaults> kFaultNames{
    "frame lost", "frame twice", "frame late", "partition", "one-way partition", "slow node", "daemon stopped",
    "dtest stopped", "fenced", "clock drift", "node death", "daemon restart", "daemon end", "guardian end",
    "hook failed", "hook hung", "hook cut short", "database shared",
    "boot not started", "boot failed", "boot died loading", "boot hung", "boot died later", "fork unsaid",
    "crash", "exit 0", "hang", "died loading", "died idle", "died after fork", "outgrown", "quit refused", "load error",
    "sick runner", "sick node", "runner rests", "runner cleared", "runner replaced", "runner stopped",
    "drain", "kill", "outbox full"};

/// Of one world, or of all.
struct Faults {
  std::array<std::uint64_t, kFaults> times{};
  std::array<std::uint64_t, kFaults> seeds{};

  void saw(Fault fault) { ++times[static_cast<std::size_t>(fault)]; }
  void add(const Faults& world) {
    for (std::size_t i = 0; i < kFaults; ++i) {
      times[i] += world.times[i];
      seeds[i] += world.times[i] > 0 ? 1 : 0;
    }
  }
};

}  // namespace dtest::simulation
