#include "cli/ruby_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "config/sources.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

constexpr std::string_view kSystem = "system";

std::string shown(const std::string& by, const std::string& project) {
  return by.starts_with(project + "/") ? by.substr(project.size() + 1) : by;
}

// What is asked of this manager: its variable, its own kind of file, the other kind.
std::optional<RubyWish> wish_for(const RubyManager& manager, const Environment& environment,
                                 const std::optional<RubyWish>& version_file,
                                 const std::optional<RubyWish>& tools_file) {
  std::string named = manager.variable.empty() ? "" : value_of(environment, manager.variable);
  if (!named.empty()) {
    std::optional<RubyWish> wish = parse_ruby_version(named);
    if (wish) wish->by = manager.variable;
    return wish;
  }
  if (manager.tools) return tools_file ? tools_file : version_file;
  return version_file ? version_file : tools_file;
}

struct Lack {
  RubyManager manager;
  RubyWish wish;
};

std::string has(const Lack& lack, const Tree& tree) {
  std::vector<std::string> versions = versions_of(lack.manager, tree);
  if (versions.empty()) return lack.manager.name + " has none";
  return fmt::format("{} has {}", lack.manager.name, base::join(versions, ", "));
}

[[noreturn]] void fail(const std::vector<Lack>& lacks, const std::string& project, const Tree& tree) {
  const RubyWish& wish = lacks.front().wish;
  std::string version = wish.versions.front();
  std::vector<std::string> inventory;
  for (const Lack& lack : lacks) inventory.push_back(has(lack, tree));
  std::string install = lacks.front().manager.install;
  install.replace(install.find("{}"), 2, version);
  throw base::Error(base::ExitCode::config,
                    fmt::format("{} asks for Ruby {}, which is not installed: {}. Run '{}', or name another Ruby "
                                "with --ruby.",
                                shown(wish.by, project), version, base::join(inventory, "; "), install));
}

RubyChoice from_path(const Tree& tree, const Environment& environment, const std::string& asks) {
  if (in_path(tree, environment, "ruby").empty()) {
    throw base::Error(base::ExitCode::config, "no Ruby: there is none in PATH" + asks +
                                                  ". Install one, or name it with --ruby.");
  }
  return {{"ruby"}, {}, {}, {}};
}

RubyChoice unmanaged(const std::string& project, const Environment& environment, const Tree& tree,
                     const std::optional<RubyWish>& wish) {
  if (!wish) return from_path(tree, environment, "");
  std::string by = shown(wish->by, project);
  RubyChoice choice = from_path(tree, environment, fmt::format(", and {} asks for {}", by, wish->versions.front()));
  bool system = std::find(wish->versions.begin(), wish->versions.end(), kSystem) != wish->versions.end();
  if (!system) choice.asked = wish->versions.front(), choice.asked_by = by;
  return choice;
}

// A Ruby in PATH that no manager put there may be the right one all the same, as in a container.
bool path_has(const std::vector<Lack>& lacks, const Environment& environment, const Tree& tree,
              const VersionOf& version_of) {
  std::string program = in_path(tree, environment, "ruby");
  if (program.empty()) return false;
  for (const Lack& lack : lacks)
    if (!lack.manager.root.empty() && program.starts_with(lack.manager.root + "/")) return false;
  std::string actual = version_of(program);
  return std::any_of(lacks.begin(), lacks.end(), [&](const Lack& lack) {
    return is_version(lack.wish.versions.front(), actual);
  });
}

std::string ask_version(const std::string& program) {
  system::SpawnSpec spec;
  spec.argv = {program, "-e", "print RUBY_VERSION"};
  spec.error = system::Null{};
  try {
    return system::run_and_capture(spec, std::chrono::seconds(10)).output;
  } catch (const base::Error&) {
    return {};
  }
}

}  // namespace

std::string RubyChoice::doubt(const std::string& actual) const {
  if (asked.empty() || actual.empty() || is_version(asked, actual)) return {};
  return fmt::format("{} asks for Ruby {}, and this is {}: no rbenv, asdf, mise, rvm or chruby was found, so it is the "
                     "one in PATH (--ruby names another)",
                     asked_by, asked, actual);
}

RubyChoice choose_ruby(const std::string& project, const Environment& environment, const Tree& tree,
                       const VersionOf& version_of) {
  std::optional<RubyWish> version_file = find_ruby_version(tree, project);
  std::optional<RubyWish> tools_file = find_tool_versions(tree, project);
  std::vector<RubyManager> managers = ruby_managers(tree, environment);
  std::vector<Lack> lacks;
  for (const RubyManager& manager : managers) {
    std::optional<RubyWish> wish = wish_for(manager, environment, version_file, tools_file);
    if (!wish) continue;
    for (const std::string& version : wish->versions) {
      if (version == kSystem) return from_path(tree, environment, "");
      std::optional<ManagedRuby> ruby = find_managed(manager, version, wish->gemset, tree, environment);
      if (ruby) return {{ruby->program}, std::move(ruby->env), {}, {}};
    }
    lacks.push_back({manager, std::move(*wish)});
  }
  if (lacks.empty()) return unmanaged(project, environment, tree, version_file ? version_file : tools_file);
  if (!path_has(lacks, environment, tree, version_of)) fail(lacks, project, tree);
  return from_path(tree, environment, "");
}

RubyChoice choose_ruby(const std::vector<std::string>& command, const std::string& project) {
  if (!command.empty()) return {command, {}, {}, {}};
  return choose_ruby(project, config::surroundings().environment, RealTree(), ask_version);
}

}  // namespace dtest::cli
