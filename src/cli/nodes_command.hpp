// The verbs of `dtest nodes`, each in a file of its own.
#pragma once
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "config/key_file.hpp"
#include "config/options.hpp"

namespace dtest::cli {

base::ExitCode list_nodes(const config::NodesOptions& options);
/// 69 when one does not answer.
base::ExitCode nodes_status(const config::NodesOptions& options);
base::ExitCode add_node(const config::NodesOptions& options);
base::ExitCode remove_node(const config::NodesOptions& options);
/// A directory with a file of nodes and their public keys, for others.
base::ExitCode export_nodes(const config::NodesOptions& options);
base::ExitCode import_nodes(const config::NodesOptions& options);

/// The person's own key, which is made where there is none; `told` says so then.
config::NamedKey own_key(const config::NodesOptions& options, std::string& told);
/// Writes sections to the person's configuration, and [node.local] before the first of them: with another node alone
/// this machine would no longer take part. Returns what to tell.
std::string write_sections(const config::NodesOptions& options, const std::vector<config::NodeSpec>& nodes);

}  // namespace dtest::cli
