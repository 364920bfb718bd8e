// What a seed decides before anything happens: the cluster, the project, how bad things are.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "random.hpp"

namespace dtest::simulation {

/// A test file, with what it does to whoever runs it.
struct VirtualFile {
  enum class Nature { good, load_error, kills_loader, kills_runner, exits_zero, hangs };
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
  base::Duration timeout{}, grace{}, boot_timeout{};
  base::Duration delay_most{};      ///< of a frame
  base::Duration example_most{};
  std::uint64_t prefetch = 1;
  std::size_t outbox_reports = 4096;
  std::uint32_t crash_retries = 1;
  bool whole_in_runners = false;    ///< nothing is preloaded: runners plan and load

  // Probabilities: of one frame, example, item or process.
  bool bad_network = false;
  double lose = 0, twice = 0, late = 0, partition = 0;  ///< partition, restart: of one second
  double restart = 0;
  double crash = 0, exit_zero = 0, hang = 0, die_idle = 0, die_after_fork = 0, refuse_quit = 0, ignore_term = 0;
  double boot_not_started = 0, boot_failed = 0, boot_hung = 0, boot_died_later = 0, fork_unsaid = 0;
  double daemon_end = 0, guardian_end = 0;              ///< of the run
  double drain = 0, kill = 0;                           ///< of the run

  static Scenario draw(Random& random);
};

std::string example_id(const VirtualFile& file, std::uint32_t number);
/// What becomes of an example, always the same.
const char* status_of(const std::string& id);

}  // namespace dtest::simulation
