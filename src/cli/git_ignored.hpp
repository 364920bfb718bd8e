// What git ignores in a project: not sent to nodes unless somebody asks for it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dtest::cli {

/// Patterns of rsync for the paths that `git ls-files -z` told, each ended by a NUL. Pure.
std::string ignore_patterns(std::string_view listed);

/// Where git leaves out a directory as a whole, an include inside it would never be looked at: of such a directory
/// `patterns` then name what is in it, and `includes` the way to it. Pure.
void open_for_includes(std::string& patterns, std::vector<std::string>& includes);

/// The patterns for what git ignores in `project`, an absolute path; empty outside of a repository. Throws base::Error
/// where there is one and git cannot tell: what it ignores may be secret.
std::string ignored_by_git(const std::string& project);

}  // namespace dtest::cli
