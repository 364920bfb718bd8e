// `--copy`: what a run asks for when it works in a copy of the project.
#pragma once
#include <memory>

#include "cli/project_copy.hpp"
#include "config/options.hpp"
#include "protocol/options.hpp"

namespace dtest::cli {

/// The copy, when it is asked for; progress of a long one is shown on standard error. Throws base::Error.
std::unique_ptr<ProjectCopy> make_copy(const config::RunOptions& options);

/// The options of a session in the copy: absolute paths into the project lead into it. Null: as they are.
protocol::SessionOptions session_in(const ProjectCopy* copy, protocol::SessionOptions options);

}  // namespace dtest::cli
