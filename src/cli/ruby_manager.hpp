// rbenv, asdf, mise, rvm and chruby: where each keeps its Rubies, and what one of them needs around it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/ruby_wish.hpp"
#include "cli/tree.hpp"

namespace dtest::cli {

using Environment = std::map<std::string, std::string>;

/// The variable's value; empty when it is not set.
std::string value_of(const Environment& environment, const std::string& name);
/// The first program of that name in PATH; empty when there is none.
std::string in_path(const Tree& tree, const Environment& environment, const std::string& program);

struct ManagedRuby {
  std::string program;  ///< .../bin/ruby
  Environment env;      ///< what its manager would set
};

struct RubyManager {
  std::string name;
  std::string variable;              ///< that names a version, instead of a file; or empty
  std::vector<std::string> homes;    ///< directories whose entries are Rubies, the first that has one counts
  std::string root;                  ///< of the manager's own: where its programs in PATH lie
  bool tools = false;                ///< .tool-versions is its own file, else .ruby-version
  bool fuzzy = false;                ///< "3.2" means the newest 3.2.x
  std::string install;               ///< command that installs a version, "{}" for it
};

/// Those that are installed; one whose programs are in PATH before one whose are not.
std::vector<RubyManager> ruby_managers(const Tree& tree, const Environment& environment);

/// The versions that it has, as people write them.
std::vector<std::string> versions_of(const RubyManager& manager, const Tree& tree);

/// `version` as this manager has it, or nothing. `environment` is that of dtest.
std::optional<ManagedRuby> find_managed(const RubyManager& manager, const std::string& version,
                                        const std::string& gemset, const Tree& tree, const Environment& environment);

}  // namespace dtest::cli
