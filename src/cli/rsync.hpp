// rsync, as `--copy` needs it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace dtest::cli {

struct RsyncJob {
  std::string from, to;               ///< directories; `to` becomes like `from`
  std::vector<std::string> excludes;  ///< patterns of rsync: neither copied nor removed
  std::string program = "rsync";
};

/// Told now and then: percent of the bytes, and since when.
using RsyncProgress = std::function<void(int percent, base::Duration so_far)>;

/// Command line of a job. Pure.
std::vector<std::string> rsync_command(const RsyncJob& job);

/// Percent in a line of --info=progress2; -1 when there is none. Pure.
int rsync_percent(std::string_view line);

/// What went wrong, for a person, from rsync's status and what it said; empty when the copy is good. Files that
/// vanished meanwhile, and links to nothing, are no fault. Pure.
std::string rsync_fault(int status, const std::string& said);

/// Runs it to its end. Throws base::Error (config) that says what went wrong and what to do.
void run_rsync(const RsyncJob& job, const RsyncProgress& progress);

}  // namespace dtest::cli
