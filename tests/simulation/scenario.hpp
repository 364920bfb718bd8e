// What a seed decides before anything happens: the cluster, the project, how bad things are.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "master/limits.hpp"
#include "random.hpp"

namespace dtest::simulation {

/// A test file, with what it does to whoever runs it.
struct VirtualFile {
  enum class Nature { good, red, load_error, kills_loader, kills_runner, exits_zero, hangs, vanishes };
  std::string path;
  std::uint32_t examples = 0;
  Nature nature = Nature::good;
};

/// An item of the plan: the whole file, or some of its examples.
struct VirtualItem {
  std::size_t file = 0;
  bool split = false;
  std::vector<std::string> examples;  ///< ids, in order
};

struct Scenario {
  std::uint32_t nodes = 1, runners = 1;
  std::vector<VirtualFile> files;
  std::vector<VirtualItem> items;
  bool workspace = false;  ///< the project is copied to each node first
  bool node_setup = false, runner_setup = false;
  std::uint32_t databases = 0;      ///< that the runners of a node share out; 0: each has its own
  base::Duration timeout{}, grace{}, boot_timeout{}, hook_timeout{};
  base::Duration delay_most{};      ///< of a frame
  base::Duration example_most{};
  std::uint64_t prefetch = 1;
  std::size_t outbox_reports = 4096;
  std::uint32_t crash_retries = 1;
  std::uint32_t retries = 0;  ///< of a bad example
  master::Limits::RetryOn retry_on = master::Limits::RetryOn::other;
  bool embedded = false;  ///< dtest's own node: no lease, and it ends with dtest
  bool verified = false;  ///< the event stream is written and checked as `dtest events --verify` does
  std::uint64_t most_examples = 0, most_files = 0;  ///< of an item, of the plan; 0: what is never reached
  bool whole_in_runners = false;    ///< nothing is preloaded: runners plan and load
  bool load_in_boot = true;         ///< the boot process loads each file before it forks
  bool codec = false;               ///< what processes say is encoded and decoded
  std::vector<std::int64_t> drift;  ///< of each node's clock, in millionths
  std::vector<std::uint32_t> slow;  ///< of each node: how many times longer things take there

  // Probabilities: of one frame, example, item or process.
  bool bad_network = false;
  double lose = 0, twice = 0, late = 0, tear = 0, partition = 0;  ///< partition, restart: of one second
  double restart = 0, death = 0;
  double stop_daemon = 0, stop_dtest = 0, stop_guardian = 0;  ///< SIGSTOP, SIGCONT; of one second
  double suspend = 0;                                         ///< Ctrl-Z, and `fg`; of one second
  double set_clock = 0;                                       ///< dtest's wall clock; of one second
  double crash = 0, exit_zero = 0, hang = 0, die_idle = 0, die_after_fork = 0, refuse_quit = 0, ignore_term = 0;
  double grow = 0;                                      ///< beyond runner_memory, in one item
  double flood = 0;                                     ///< of an example: it prints more than is kept
  double stop_runner = 0, close_sockets = 0, lose_words = 0, leave_children = 0, error_outside = 0;
  double suite_hook_dies = 0, exit_handler_dies = 0, exit_handler_slow = 0;
  double boot_not_started = 0, boot_no_ruby = 0, boot_refused = 0, boot_failed = 0, boot_hung = 0;
  double boot_died_later = 0, boot_deaf = 0, fork_unsaid = 0;
  double workspace_fails = 0, after_fork_hangs = 0;
  double hook_failed = 0, hook_hung = 0;
  double sick_runner = 0, sick_node = 0;                ///< of each: it fails all that it runs
  bool sick_heals = false;                              ///< with the first process of the slot
  bool sick_crashes = false;                            ///< and ends in all that it runs, instead
  std::uint64_t sick_draw = 0;
  double daemon_end = 0, dtest_end = 0, guardian_end = 0;  ///< of the run
  double drain = 0, kill = 0;                           ///< of the run

  static Scenario draw(Random& random);
};

/// The probabilities by name, for whoever prints a scenario or makes it smaller.
struct Chance {
  const char* name;
  double Scenario::*field;
};
const std::vector<Chance>& chances();

inline std::string node_name(std::size_t index) { return "node" + std::to_string(index); }
inline std::size_t node_index(const std::string& name) { return std::stoul(name.substr(4)); }

inline std::string file_path(std::size_t number) { return "spec/f" + std::to_string(number) + "_spec.rb"; }
/// What a runner claims; empty when it claims nothing.
std::string database_of(const Scenario& scenario, std::uint32_t slot);

constexpr base::Duration kSickExample{20'000};  ///< how long one takes at most, there

/// This process fails everything. The first runner of the first node never does.
bool is_sick(const Scenario& scenario, std::size_t node, std::uint32_t slot, std::uint32_t incarnation);

std::string example_id(const VirtualFile& file, std::uint32_t number);
/// It kills its runner when its item is tried for the first time, and is not there later.
bool vanishes(const std::string& id);
/// What becomes of an example, always the same; as part of another item, as a retry is one, perhaps something else.
const char* status_of(std::uint32_t item, const std::string& id);

}  // namespace dtest::simulation
