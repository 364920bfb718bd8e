#include "config/node_section.hpp"

#include <vector>

#include "base/text.hpp"
#include "bus/endpoint.hpp"

namespace dtest::config {

std::string section_of(const NodeSpec& node, const std::string& key_file) {
  std::string text = "[node." + node.name + "]\n";
  auto line = [&](const char* key, const std::string& value) {
    if (!value.empty()) text += std::string(key) + " = " + value + "\n";
  };
  std::vector<std::string> ruby;
  for (const std::string& word : node.ruby) ruby.push_back(base::shell_quote(word));
  line("endpoint", node.endpoint);
  if (node.results != bus::Endpoint::parse_any(node.endpoint).of_results().text())
    line("results-endpoint", node.results);
  line("key-file", key_file);
  if (node.runners) line("runners", std::to_string(*node.runners));
  if (node.weight != 1) line("weight", std::to_string(node.weight));
  if (!node.sync) line("sync", "off");
  line("ruby", base::join(ruby, " "));
  line("ssh-host", node.ssh_host);
  line("ssh-user", node.ssh_user);
  if (node.ssh_port != 0) line("ssh-port", std::to_string(node.ssh_port));
  line("ssh-config", node.ssh_config);
  return text;
}

std::string with_section(std::string text, const NodeSpec& node) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  if (!text.empty()) text += '\n';
  return text + section_of(node, "");
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
