// The verbs of `dtest nodes`, each in a file of its own.
#pragma once
#include "base/exit_code.hpp"
#include "config/options.hpp"

namespace dtest::cli {

base::ExitCode list_nodes(const config::NodesOptions& options);
/// 69 when one does not answer.
base::ExitCode nodes_status(const config::NodesOptions& options);
base::ExitCode add_node(const config::NodesOptions& options);
base::ExitCode remove_node(const config::NodesOptions& options);

}  // namespace dtest::cli
