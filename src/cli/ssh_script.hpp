// A short shell script on another host, over ssh.
#pragma once
#include <string>

#include "cli/remote_rsync.hpp"

namespace dtest::cli {

/// What it printed. Throws base::Error (no_node) that says why ssh could not run it and what to do; asks nobody.
std::string run_over_ssh(const SshHost& host, const std::string& script);

}  // namespace dtest::cli
