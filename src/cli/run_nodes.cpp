#include "cli/run_nodes.hpp"

#include "system/machine.hpp"

namespace dtest::cli {

std::uint32_t runners_of(const config::RunOptions& options, const std::set<std::string>& without) {
  const std::uint32_t here = options.runners.resolve(system::cpu_count());
  // What another machine gives is known when it has joined: until then it is taken for one like this.
  std::uint32_t all = 0;
  for (const config::NodeSpec& node : options.nodes)
    if (!without.contains(node.name)) all += node.runners.value_or(node.local() ? here : system::cpu_count());
  return all;
}

std::vector<std::string> names_of(const config::RunOptions& options) {
  std::vector<std::string> names;
  for (const config::NodeSpec& node : options.nodes) names.push_back(node.name);
  return names;
}

std::string origin_of(const config::RunOptions& options) {
  if (!options.name.empty()) return options.name;
  const std::string mark = system::machine_mark();
  return system::host_name() + (mark.empty() ? "" : "-" + mark);
}

SyncSource::Setting sync_source(const config::RunOptions& options, const protocol::SessionOptions& session,
                                const std::string& dir) {
  SyncSource::Setting source{session.project, session.lib, session.hooks, options.sync_includes,
                             options.sync_excludes, options.sync_ignored, dir, {}};
  if (options.events.starts_with(source.project + "/")) source.own = options.events.substr(source.project.size() + 1);
  if (source.excludes.empty()) source.excludes = kSyncExcludes;
  source.includes.emplace_back("/.distributest/***");  // its hooks are needed, whoever ignores them
  return source;
}

}  // namespace dtest::cli
