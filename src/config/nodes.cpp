#include "config/nodes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/endpoint.hpp"
#include "config/key_place.hpp"
#include "config/value.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;

constexpr std::array kKeys{NodeKey{"endpoint", ""}, NodeKey{"results-endpoint", ""}, NodeKey{"key-file", ""},
                           NodeKey{"runners", "auto"}, NodeKey{"weight", "1"}, NodeKey{"sync", "rsync"},
                           NodeKey{"ruby", ""},       NodeKey{"ssh-host", ""},
                           NodeKey{"ssh-user", ""},   NodeKey{"ssh-port", ""},         NodeKey{"ssh-config", ""}};
constexpr std::string_view kSection = "node.";
constexpr std::string_view kInclude = "nodes.include";
constexpr std::uint32_t kMostRunners = 1024;
constexpr std::uint32_t kMostWeight = 1000;
constexpr std::uint32_t kMostPort = 65535;
constexpr int kStandardPort = 7710;

[[noreturn]] void refuse(const std::string& where, const std::string& text) {
  throw Error(ExitCode::config, fmt::format("{}: {}", where, text));
}

std::uint32_t number(const std::string& where, std::string_view key, const std::string& text, std::uint32_t least,
                     std::uint32_t most) {
  auto value = parse_number(text);
  if (!value || *value < least || *value > most)
    refuse(where, fmt::format("{}: '{}' is no number from {} to {}", key, text, least, most));
  return static_cast<std::uint32_t>(*value);
}

// What ssh would take for an option, or a shell for more than a word, is no host and no user.
std::string word(const std::string& where, std::string_view key, const std::string& text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:";
  if (text.starts_with('-') || text.find_first_not_of(kLetters) != std::string::npos)
    refuse(where, fmt::format("{}: '{}' is no name; use letters, digits, '.', '-' and '_'", key, text));
  return text;
}

std::string checked_endpoint(const std::string& where, std::string_view key, const std::string& text) {
  try {
    return bus::Endpoint::parse_any(text).text();
  } catch (const Error& problem) {
    refuse(where, fmt::format("{}: {}", key, problem.what()));
  }
}

std::optional<std::uint32_t> runners_of(const std::string& where, const std::string& text) {
  if (text == "auto") return std::nullopt;
  if (auto value = parse_number(text); value && *value <= kMostRunners) return static_cast<std::uint32_t>(*value);
  refuse(where, fmt::format("runners: '{}' is no number of runners; write 1 to {}, auto, or 0 to leave the node out",
                            text, kMostRunners));
}

bool synced(const std::string& where, const std::string& text) {
  if (text == "rsync" || text == "off") return text == "rsync";
  refuse(where, fmt::format("sync: '{}' is none of rsync, off", text));
}

std::vector<std::string> command(const std::string& where, std::string_view key, const std::string& text) {
  auto words = parse_words(text);
  if (!words || words->empty()) refuse(where, fmt::format("{}: '{}' is no command; a quote is not closed", key, text));
  return *words;
}

}  // namespace

std::span<const NodeKey> node_keys() { return kKeys; }

bool is_node_name(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !name.empty() && name.size() <= kLongest && name.front() != '-' && name.front() != '.' &&
         name.find_first_not_of(kLetters) == std::string_view::npos;
}

bool check_node_entry(const std::string& path, const IniEntry& entry) {
  if (entry.key == kInclude) return true;
  if (!entry.key.starts_with(kSection)) return false;
  const std::string where = fmt::format("{}:{}", path, entry.line);
  const std::size_t dot = entry.key.rfind('.');
  const std::string key = entry.key.substr(dot + 1);
  if (dot < kSection.size()) refuse(where, "a node has a name: write [node.NAME]");
  const std::string name = entry.key.substr(kSection.size(), dot - kSection.size());
  if (!is_node_name(name))
    refuse(where, fmt::format("'{}' is no name of a node; use letters, digits, '.', '-' and '_', at most 64", name));
  std::vector<std::string> names;
  for (const NodeKey& known : kKeys) names.emplace_back(known.name);
  if (std::find(names.begin(), names.end(), key) == names.end()) {
    const std::string nearest = base::nearest(key, names);
    refuse(where, fmt::format("unknown key '{}' of a node; {}", key,
                              nearest.empty() ? "they are " + base::join(names, ", ")
                                              : fmt::format("did you mean '{}'?", nearest)));
  }
  if (entry.value.empty()) refuse(where, fmt::format("{}: the value is empty", key));
  if (name == kLocal && key != "runners" && key != "weight" && key != "sync")
    refuse(where, fmt::format("[node.local] is this machine, which has no {}; only runners, weight and sync", key));
  return true;
}

bool may_repeat(const IniEntry& entry) { return entry.key == kInclude; }

void NodeTable::add(const IniFile& file) {
  const std::string directory = std::filesystem::path(file.path).parent_path().string();
  for (const IniEntry& entry : file.entries) {
    if (!entry.key.starts_with(kSection)) continue;
    const std::size_t dot = entry.key.rfind('.');
    const std::string name = entry.key.substr(kSection.size(), dot - kSection.size());
    sections_[name].try_emplace(entry.key.substr(dot + 1),
                                Said{entry.value, fmt::format("{}:{}", file.path, entry.line), directory});
  }
}

void NodeTable::offer(const IniFile& file) {
  add(file);
  for (const IniEntry& entry : file.entries) {
    if (entry.key != kInclude) continue;
    const std::string where = fmt::format("{}:{}", file.path, entry.line);
    include((std::filesystem::path(file.path).parent_path() / entry.value).lexically_normal().string(), where);
  }
}

void NodeTable::include(const std::string& path, const std::string& where) {
  std::optional<IniFile> included;
  try {
    included = read_ini(path, true);
  } catch (const Error& problem) {
    refuse(where, problem.what());
  }
  for (const IniEntry& inner : included->entries)
    if (!inner.key.starts_with(kSection))
      refuse(fmt::format("{}:{}", path, inner.line),
             fmt::format("'{}' cannot stand in an included file, which holds only sections [node.NAME]", inner.key));
  add(*included);
}

NodeSpec NodeTable::read(const std::string& name, const Section& section) const {
  NodeSpec node;
  node.name = name;
  node.origin = section.begin()->second.origin;
  auto said = [&](std::string_view key) -> const Said* {
    auto at = section.find(std::string(key));
    return at == section.end() ? nullptr : &at->second;
  };
  if (const Said* s = said("runners")) node.runners = runners_of(s->origin, s->value);
  if (const Said* s = said("weight")) node.weight = number(s->origin, "weight", s->value, 1, kMostWeight);
  if (const Said* s = said("sync")) node.sync = synced(s->origin, s->value);
  if (node.local()) return node;
  if (const Said* s = said("ruby")) node.ruby = command(s->origin, "ruby", s->value);
  if (const Said* s = said("ssh-config"))
    node.ssh_config = (std::filesystem::path(s->directory) / s->value).lexically_normal().string();
  if (const Said* s = said("ssh-host")) node.ssh_host = word(s->origin, "ssh-host", s->value);
  if (const Said* s = said("ssh-user")) node.ssh_user = word(s->origin, "ssh-user", s->value);
  if (const Said* s = said("ssh-port")) node.ssh_port = number(s->origin, "ssh-port", s->value, 1, kMostPort);
  if (const Said* s = said("endpoint")) node.endpoint = checked_endpoint(s->origin, "endpoint", s->value);
  else node.endpoint = fmt::format("tcp://{}:{}", node.ssh_host.empty() ? name : node.ssh_host, kStandardPort);
  const auto work = bus::Endpoint::parse_any(node.endpoint);
  if (const Said* s = said("results-endpoint"))
    node.results = checked_endpoint(s->origin, "results-endpoint", s->value);
  else node.results = work.of_results().text();
  if (node.ssh_host.empty() && work.is_tcp()) node.ssh_host = work.host();
  if (const Said* s = said("key-file"))
    node.key_file = (std::filesystem::path(s->directory) / s->value).lexically_normal().string();
  else if (work.is_tcp()) node.key_file = directory_ + kKnown + "/" + name + ".pub";
  return node;
}

std::vector<NodeSpec> NodeTable::nodes() const {
  std::vector<NodeSpec> all;
  for (const auto& [name, section] : sections_) all.push_back(read(name, section));
  return all;
}

NodeChoice choose_nodes(const std::vector<NodeSpec>& all, const std::string& wanted, const std::string& origin,
                        base::ExitCode code, bool only_local) {
  NodeSpec here;
  here.name = kLocal;
  if (only_local || (all.empty() && wanted.empty())) return {{here}, {}};
  std::vector<NodeSpec> named = all;
  if (!wanted.empty()) {
    named.clear();
    std::vector<std::string> names{kLocal};
    for (const NodeSpec& node : all)
      if (!node.local()) names.push_back(node.name);
    for (const std::string& part : base::split(wanted, ',')) {
      const std::string name(base::trim(part));
      auto at = std::find_if(all.begin(), all.end(), [&](const NodeSpec& node) { return node.name == name; });
      if (at == all.end() && name != kLocal) {
        const std::string nearest = base::nearest(name, names);
        throw Error(code,
                    fmt::format("{}: there is no node '{}'; {}", origin, name,
                                nearest.empty() ? "the nodes are " + base::join(names, ", ")
                                                : fmt::format("did you mean '{}'?", nearest)));
      }
      const NodeSpec& node = at == all.end() ? here : *at;
      auto same = [&](const NodeSpec& other) { return other.name == node.name; };
      if (std::none_of(named.begin(), named.end(), same)) named.push_back(node);
    }
  }
  NodeChoice choice;
  for (NodeSpec& node : named) {
    if (node.runners != 0U) choice.nodes.push_back(std::move(node));
    else choice.notices.push_back(fmt::format("node {} is left out: it has runners = 0 ({})", node.name, node.origin));
  }
  if (!choice.nodes.empty()) return choice;
  throw Error(ExitCode::no_node, "every node is left out by 'runners = 0'; give one of them runners, or use --local");
}

}  // namespace dtest::config
