// The text of a section [node.NAME] in a person's configuration file. Pure.
#pragma once
#include <optional>
#include <string>

#include "config/nodes.hpp"

namespace dtest::config {

/// One section: what is not the default. `key_file`: as it is to stand there, or empty.
std::string section_of(const NodeSpec& node, const std::string& key_file);
/// The file's text with the node's section at its end.
std::string with_section(std::string text, const NodeSpec& node);
/// Without that section; nothing when the text has none.
std::optional<std::string> without_section(const std::string& text, const std::string& name);

}  // namespace dtest::config
