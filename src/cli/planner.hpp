// Puts the planned files into dispatch order, by what earlier runs took.
#pragma once
#include <string>
#include <vector>

#include "cli/choice.hpp"
#include "collector/collector.hpp"
#include "history/history.hpp"
#include "master/master.hpp"
#include "protocol/report.hpp"

namespace dtest::cli {

struct DispatchPlan {
  std::vector<master::PlannedItem> items;
  collector::Announcement announcement;
  std::vector<std::string> why;  ///< of each item, in words: why it stands where it stands
};

/// One runner of the run.
struct Runner {
  std::string node;
  base::Slot slot;
};

/// The runners among which `--fixed` divides the files; empty where it was not asked for.
std::vector<Runner> fixed_runners(const config::RunOptions& options);

/// `fixed`, unless empty: which of these runs a file, and when in its turn, depends on the files' names and sizes alone.
/// Reads the sizes (and, of files never timed, the text) of the planned files in `project`.
DispatchPlan make_dispatch_plan(const protocol::Plan& plan, const history::Files& history, const std::string& project,
                                std::uint32_t runners, const Choice& choice, const std::vector<Runner>& fixed);

/// The files of one of several machines, in the order of `files`; all of them when no shard is wanted.
std::vector<std::string> shard_of(const std::vector<std::string>& files, const history::Files& history,
                                  const std::string& project, const config::Wanted& wanted);

/// "part 2 of 4, even by size: 103 of 412 files".
std::string shard_text(const config::Wanted& wanted, std::size_t own, std::size_t all);

/// Whether a spec's text uses shared examples: such files tend to be longer than they look.
bool uses_shared_examples(std::string_view text);

}  // namespace dtest::cli
