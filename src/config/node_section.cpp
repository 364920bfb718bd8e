#include "config/node_section.hpp"

#include <vector>

#include "base/text.hpp"

namespace dtest::config {

std::string with_section(std::string text, const NodeSpec& node) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.empty()) text += '\n';
  text += "[node." + node.name + "]\nendpoint = " + node.endpoint + "\nssh-host = " + node.ssh_host + "\n";
  if (!node.ssh_user.empty()) text += "ssh-user = " + node.ssh_user + "\n";
  if (!node.ssh_config.empty()) text += "ssh-config = " + node.ssh_config + "\n";
  return text;
}

std::optional<std::string> without_section(const std::string& text, const std::string& name) {
  std::string kept;
  bool inside = false, found = false;
  std::vector<std::string> lines = base::split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const std::string& line : lines) {
    const std::string_view bare = base::trim(line);
    if (bare.starts_with('[')) inside = bare == "[node." + name + "]";
    found = found || inside;
    if (!inside) kept += line + "\n";
  }
  while (kept.ends_with("\n\n")) kept.pop_back();
  return found ? std::optional(kept) : std::nullopt;
}

}  // namespace dtest::config
