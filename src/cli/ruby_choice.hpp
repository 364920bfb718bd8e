// Which Ruby runs the tests, when nobody named one.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "cli/ruby_manager.hpp"

namespace dtest::cli {

struct RubyChoice {
  std::vector<std::string> command;  ///< program and arguments
  Environment env;                   ///< to be added for it
  std::string asked;                 ///< version that a file asks for and that nothing has checked, or empty
  std::string asked_by;              ///< that file, relative to the project where it lies in it

  /// What to tell when a Ruby of version `actual` ran instead of the one asked for; else empty.
  [[nodiscard]] std::string doubt(const std::string& actual) const;
};

/// The version of a Ruby program ("3.2.2"); empty when it does not say.
using VersionOf = std::function<std::string(const std::string& program)>;

/// What .ruby-version or .tool-versions of `project` asks for, through the version managers that are there, else the
/// one in PATH. A function of its arguments; `version_of` is called only for a Ruby in PATH when the managers lack
/// what is asked for. Throws base::Error (config) when they do and that one is another, or there is no Ruby at all.
RubyChoice choose_ruby(const std::string& project, const Environment& environment, const Tree& tree,
                       const VersionOf& version_of);

/// The same for this machine; `command`, when it is not empty, is what the person named. With --ruby nothing is looked
/// for.
RubyChoice choose_ruby(const std::vector<std::string>& command, const std::string& project);

}  // namespace dtest::cli
