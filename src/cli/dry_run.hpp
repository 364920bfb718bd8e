// What a run would do: which file on which runner, from when, and why there.
#pragma once
#include "base/exit_code.hpp"
#include "cli/choice.hpp"
#include "config/options.hpp"

namespace dtest::cli {

/// Asks the framework for its files, plans as a run does, prints. Throws base::Error.
base::ExitCode dry_run(const config::RunOptions& options, const Choice& choice);

}  // namespace dtest::cli
