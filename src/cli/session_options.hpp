// What a node is asked for, from what the person asked for.
#pragma once
#include <string>

#include "cli/ruby_choice.hpp"
#include "config/options.hpp"
#include "protocol/options.hpp"

namespace dtest::cli {

/// Options of a run on this machine. `host`: name of this machine.
protocol::SessionOptions session_options(const config::RunOptions& options, const RubyChoice& ruby,
                                         const std::string& host);
/// Options of asking for the plan of a run, and for the examples of its files.
protocol::SessionOptions plan_options(const config::RunOptions& options, const RubyChoice& ruby,
                                      const std::string& host);
/// Options of one example on the terminal.
protocol::SessionOptions session_options(const config::DebugOptions& options, const RubyChoice& ruby,
                                         const std::string& host);

}  // namespace dtest::cli
