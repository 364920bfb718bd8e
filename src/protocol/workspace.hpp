// Paths that are told before anybody knows where they will be: "workspace:/shop/spec" lies wherever the node puts it.
#pragma once
#include <string>

#include "protocol/options.hpp"

namespace dtest::protocol {

/// What is wrong with the paths of a session's options, or empty: what lies in the workspace must stay there, and so
/// must the project, the Ruby side and the hooks of a session that has one. Pure.
std::string workspace_fault(const SessionOptions& options);

/// The options with each path in the workspace below `root`. They must be without fault. Pure.
SessionOptions placed(SessionOptions options, const std::string& root);

}  // namespace dtest::protocol
