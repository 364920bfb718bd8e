// What a run with these options would run, asked of the framework itself.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "base/exit_code.hpp"
#include "cli/choice.hpp"
#include "cli/listing.hpp"
#include "config/options.hpp"
#include "history/history.hpp"
#include "master/master.hpp"
#include "protocol/report.hpp"

namespace dtest::cli {

/// Of the plan, cut down to this machine's part of it, what is to be listed with its examples. `known`: how long files
/// took.
using Examined =
    std::function<std::vector<master::PlannedItem>(const protocol::Plan& plan, const history::Files& known)>;

/// Lists into `listing`; says on standard error what people should know of the choice and its files. Returns the exit
/// code where a signal ended it. Throws base::Error.
std::optional<base::ExitCode> ask_framework(const config::RunOptions& options, const Choice& choice, Listing& listing,
                                            const Examined& examined);

}  // namespace dtest::cli
