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

/// What a set-up hook finds: as the runner of `slot` (0 for node_setup: no runner, the template that runners' databases
/// are made from), and what all hooks are told. The options' own additions included.
std::map<std::string, std::optional<std::string>> hook_environment(const protocol::SessionOptions& options,
                                                                   const base::RunId& run, base::Slot slot,
                                                                   const std::string& node);

/// What a slot's databases are named after: DB_PREFIX, and the first argument of its hook. Slot 0: the template.
std::string identifier(const protocol::SessionOptions& options, base::Slot slot);

/// What databases of a session in this workspace are named after: no other initiator, node or run has the same, even
/// where all nodes use one server.
std::string database_prefix(const std::string& initiator, const std::string& node, const std::string& workspace);

/// Value of DTEST_SESSION: marks every process of a session. Two nodes of a run may be on one machine.
std::string session_mark(const base::RunId& run, base::SessionNumber number, const std::string& node);

}  // namespace dtest::broker
