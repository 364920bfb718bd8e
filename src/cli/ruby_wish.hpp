// Which Ruby a project asks for: .ruby-version and .tool-versions.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/tree.hpp"

namespace dtest::cli {

struct RubyWish {
  std::vector<std::string> versions;  ///< "3.2.2", "jruby-9.4.5.0", "system"; the first that is there counts
  std::string gemset;                 ///< of rvm; empty: none
  std::string by;                     ///< path of the file, or name of the variable
};

/// The text of .ruby-version: "3.2.2", "ruby-3.2.2", "ruby-3.2.2@gemset", with comments. Nothing when it names none.
std::optional<RubyWish> parse_ruby_version(std::string_view text);
/// The line of .tool-versions for ruby.
std::optional<RubyWish> parse_tool_versions(std::string_view text);

/// The nearest file of that name in `directory` or above it that asks for a Ruby.
std::optional<RubyWish> find_ruby_version(const Tree& tree, const std::string& directory);
std::optional<RubyWish> find_tool_versions(const Tree& tree, const std::string& directory);

/// Whether RUBY_VERSION `actual` is what `asked` means: "3.2" means every 3.2.x.
bool is_version(std::string_view asked, std::string_view actual);

}  // namespace dtest::cli
