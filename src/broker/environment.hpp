// The environment of one runner: what distinguishes it from the others (dtest-runner(7), ENVIRONMENT).
#pragma once
#include <map>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "protocol/options.hpp"

namespace dtest::broker {

/// Variables to set (or, without a value, to unset) in the runner of `slot`. `node` is the node's name.
/// The marks by which the guardian finds what a runner leaves behind are added by the daemon.
std::map<std::string, std::optional<std::string>> runner_environment(const protocol::SessionOptions& options,
                                                                     const base::RunId& run, base::Slot slot,
                                                                     const std::string& node);

/// Value of DTEST_SESSION: marks every process of a session.
std::string session_mark(const base::RunId& run, base::SessionNumber number);

}  // namespace dtest::broker
