#include "protocol/workspace.hpp"

#include <string_view>

#include "protocol/codec.hpp"

namespace dtest::protocol {
namespace {

const std::string_view kPrefix = kInWorkspace;

bool inside(const std::string& path) {
  return path.starts_with(kPrefix) && valid_path(std::string_view(path).substr(kPrefix.size()));
}

// Every text that may be a path, with its key; `visit` may change it.
template <class Options, class Visit>
void each_path(Options& o, const Visit& visit) {
  visit("project", o.project);
  visit("lib", o.lib);
  for (auto& [name, path] : o.hooks) visit("hooks", path);
  for (auto& path : o.paths) visit("paths", path);
  for (auto& path : o.patterns) visit("patterns", path);
  for (auto& path : o.excludes) visit("excludes", path);
  for (auto& path : o.includes) visit("includes", path);
  for (auto& path : o.requires_) visit("requires", path);
  for (auto& [name, value] : o.env) visit("env", value);
}

bool ours(std::string_view key) { return key == "project" || key == "lib" || key == "hooks"; }

}  // namespace

std::string workspace_fault(const SessionOptions& options) {
  std::string fault;
  each_path(options, [&](std::string_view key, const std::string& path) {
    bool must = !options.workspace.empty() && ours(key) && !(key == "lib" && path.empty());
    if (!fault.empty() || (path.empty() && !must)) return;
    if (!must && !path.starts_with(kPrefix)) return;
    std::string shown = std::string(key) + ": '" + path.substr(0, 200) + "' ";
    if (options.workspace.empty()) fault = shown + "lies in a workspace, and the session has none";
    else if (!inside(path)) fault = shown + "is no path inside the workspace";
  });
  return fault;
}

SessionOptions placed(SessionOptions options, const std::string& root) {
  each_path(options, [&](std::string_view, std::string& path) {
    if (path.starts_with(kPrefix)) path = root + "/" + path.substr(kPrefix.size());
  });
  return options;
}

}  // namespace dtest::protocol
