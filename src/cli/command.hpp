// The commands of dtest, one file each. Each returns the exit code and throws base::Error.
#pragma once
#include <exception>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "base/time.hpp"
#include "config/options.hpp"
#include "config/settings.hpp"

namespace dtest::cli {

/// `argv`: the command line, `began`: when it was given.
base::ExitCode run_command(config::RunOptions options, std::vector<std::string> argv, base::Instant began);
base::ExitCode debug_command(const config::DebugOptions& options);
base::ExitCode list_command(const config::ListOptions& options);
/// Of stored runs.
base::ExitCode show_command(const config::StoredOptions& options);
base::ExitCode history_command(const config::StoredOptions& options);
base::ExitCode slow_command(const config::StoredOptions& options);
base::ExitCode flaky_command(const config::StoredOptions& options);
/// What a run and its nodes printed: 130 or 143 when a signal ended the waiting.
base::ExitCode log_command(const config::StoredOptions& options);
/// Which of the files before a failure make it fail: `failed` when it does not fail again, or not always.
base::ExitCode bisect_command(const config::BisectOptions& options);
/// `settings`: every one that counts. `warnings`: that were told already.
base::ExitCode config_command(const config::ConfigOptions& options, const std::vector<config::Setting>& settings,
                              const std::vector<std::string>& warnings);
/// Writes reports of a stored run.
base::ExitCode report_command(const config::ReportOptions& options);
base::ExitCode events_command(const config::EventsOptions& options);
/// What `dtest events --verify` does: `failed` when the account of a stored run does not hold.
base::ExitCode verify_command(const std::string& path, bool as_json);
base::ExitCode keygen_command(const config::KeygenOptions& options);
/// 69 when `status` does not get an answer from every node.
base::ExitCode nodes_command(const config::NodesOptions& options);
/// `program`: "dtest" or "dtestd".
base::ExitCode version_command(const config::VersionOptions& options, const std::string& program);

/// Nobody reads standard output any more: nothing is left to do, and nobody to tell.
struct OutputClosed final : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return "standard output was closed"; }
};

/// Writes all of it to standard output. Throws OutputClosed, and base::Error (73) when it cannot be for another reason.
void print(const std::string& text);

}  // namespace dtest::cli
