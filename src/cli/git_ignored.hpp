// What git ignores in a project: not sent to nodes unless somebody asks for it.
#pragma once
#include <string>
#include <string_view>

namespace dtest::cli {

/// Patterns of rsync for the paths that `git ls-files -z` told, each ended by a NUL. Pure.
std::string ignore_patterns(std::string_view listed);

/// The patterns for what git ignores in `project`; empty where there is no git or no repository.
std::string ignored_by_git(const std::string& project);

}  // namespace dtest::cli
