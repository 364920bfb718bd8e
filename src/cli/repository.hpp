// What git knows of a project, read from its files: no process is started.
#pragma once
#include <string>

namespace dtest::cli {

/// The commit that is checked out, 40 hexadecimal digits; empty when `directory` is in no git work tree.
std::string commit_of(const std::string& directory);

}  // namespace dtest::cli
