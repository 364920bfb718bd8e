// Runs that are going on on this machine, by the file that each keeps in its private directory.
#pragma once
#include <string>
#include <vector>

#include "system/fd.hpp"

namespace dtest::cli {

struct LiveRun {
  std::string run;       ///< 32 hexadecimal digits
  std::string project;   ///< directory
  std::string endpoint;  ///< of the event stream
  long long pid = 0;
};

/// Writes the file into the run's private directory, and locks that as long as the result lives. Throws base::Error.
system::UniqueFd announce_run(const std::string& dir, const LiveRun& run);

/// Removes the directories of runs that were killed, where no node of their own did it.
void sweep_dead_runs();

/// Every run of this user whose process is alive, oldest first.
std::vector<LiveRun> live_runs();

/// Those of a project, or of all, whose name begins with `word`; of "latest" or nothing the newest, one of the project
/// before others. Newest first.
std::vector<LiveRun> live_runs_called(const std::string& word, const std::string& project);

/// The run that a person means: a prefix of its name, or, when `word` is empty or "latest", the newest, one of this
/// project before others. Throws base::Error (usage) when none or several match.
LiveRun find_live_run(const std::string& word, const std::string& project);

}  // namespace dtest::cli
