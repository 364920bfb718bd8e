#include "cli/ruby_manager.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace dtest::cli {
namespace {

std::string or_else(std::string value, std::string other) { return value.empty() ? std::move(other) : value; }

// A path below the home directory; empty without one.
std::string at_home(const Environment& environment, const std::string& path) {
  std::string home = value_of(environment, "HOME");
  return home.empty() ? std::string() : home + path;
}

bool any_ruby(const Tree& tree, const std::string& home) {
  std::vector<std::string> names = tree.names(home);
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return tree.is_program(home + "/" + name + "/bin/ruby"); });
}

void add_rbenv(std::vector<RubyManager>& found, const Tree& tree, const Environment& environment) {
  std::string root = or_else(value_of(environment, "RBENV_ROOT"), at_home(environment, "/.rbenv"));
  if (root.empty() || (!tree.is_directory(root) && in_path(tree, environment, "rbenv").empty())) return;
  found.push_back({"rbenv", "RBENV_VERSION", {root + "/versions"}, root, false, false, "rbenv install {}"});
}

// asdf and mise are for any language: without a Ruby or the plugin for it they are no managers of Rubies.
void add_asdf(std::vector<RubyManager>& found, const Tree& tree, const Environment& environment) {
  std::string root = or_else(value_of(environment, "ASDF_DATA_DIR"), at_home(environment, "/.asdf"));
  std::string home = root + "/installs/ruby";
  if (root.empty() || (!tree.is_directory(home) && !tree.is_directory(root + "/plugins/ruby"))) return;
  found.push_back({"asdf", "ASDF_RUBY_VERSION", {home}, root, true, false, "asdf install ruby {}"});
}

void add_mise(std::vector<RubyManager>& found, const Tree& tree, const Environment& environment) {
  std::string data = or_else(value_of(environment, "XDG_DATA_HOME"), at_home(environment, "/.local/share"));
  std::string root = or_else(value_of(environment, "MISE_DATA_DIR"), data.empty() ? data : data + "/mise");
  std::string home = root + "/installs/ruby";
  if (root.empty() || !tree.is_directory(home)) return;
  found.push_back({"mise", "MISE_RUBY_VERSION", {home}, root, true, true, "mise install ruby@{}"});
}

void add_rvm(std::vector<RubyManager>& found, const Tree& tree, const Environment& environment) {
  for (const std::string& root : {value_of(environment, "rvm_path"), at_home(environment, "/.rvm"),
                                  std::string("/usr/local/rvm"), std::string("/usr/share/rvm")}) {
    if (root.empty() || (!tree.is_directory(root + "/rubies") && !tree.is_directory(root + "/scripts"))) continue;
    found.push_back({"rvm", "", {root + "/rubies"}, root, false, true, "rvm install {}"});
    return;
  }
}

void add_chruby(std::vector<RubyManager>& found, const Tree& tree, const Environment& environment) {
  std::string own = at_home(environment, "/.rubies");
  std::vector<std::string> homes{"/opt/rubies"};
  if (!own.empty()) homes.push_back(own);
  if (std::none_of(homes.begin(), homes.end(), [&](const std::string& home) { return any_ruby(tree, home); })) return;
  found.push_back({"chruby", "", std::move(homes), own, false, true, "ruby-install ruby {}"});
}

// The place in PATH of the first directory that is the manager's; after the last when none is.
std::size_t place_in_path(const RubyManager& manager, const std::vector<std::string>& path) {
  auto below = [](const std::string& directory, const std::string& root) {
    return !root.empty() && directory.starts_with(root + "/");
  };
  auto first = std::find_if(path.begin(), path.end(), [&](const std::string& directory) {
    return below(directory, manager.root) ||
           std::any_of(manager.homes.begin(), manager.homes.end(),
                       [&](const std::string& home) { return below(directory, home); });
  });
  return static_cast<std::size_t>(first - path.begin());
}

// Numbers in a version compare as numbers.
std::vector<std::uint64_t> numbers_in(const std::string& version) {
  std::vector<std::uint64_t> numbers;
  bool inside = false;
  for (char c : version) {
    bool digit = c >= '0' && c <= '9';
    if (digit && !inside) numbers.push_back(0);
    if (digit) numbers.back() = numbers.back() * 10 + static_cast<std::uint64_t>(c - '0');
    inside = digit;
  }
  return numbers;
}

bool is_part_of(const std::string& wanted, const std::string& name) {
  return name.size() > wanted.size() && name.starts_with(wanted) &&
         (name[wanted.size()] == '.' || name[wanted.size()] == '-');
}

// The directory of a version: by its name, with or without the engine's, or the newest that it is the beginning of.
std::string directory_of(const RubyManager& manager, const std::string& version, const Tree& tree) {
  std::string newest;
  for (const std::string& home : manager.homes) {
    for (const std::string& name : {version, "ruby-" + version})
      if (tree.is_program(home + "/" + name + "/bin/ruby")) return home + "/" + name;
    if (!manager.fuzzy) continue;
    for (const std::string& name : tree.names(home)) {
      if (!is_part_of(version, name) && !is_part_of("ruby-" + version, name)) continue;
      std::string directory = home + "/" + name;
      if (!tree.is_program(directory + "/bin/ruby")) continue;
      if (newest.empty() || numbers_in(newest.substr(newest.rfind('/'))) < numbers_in(name)) newest = directory;
    }
  }
  return newest;
}

// rvm's own environment file is a shell script; this is what it says.
Environment rvm_environment(const RubyManager& manager, const std::string& ruby, const std::string& gemset) {
  std::string gems = manager.root + "/gems/" + ruby;
  std::string home = gemset.empty() ? gems : gems + "@" + gemset;
  return {{"GEM_HOME", home},
          {"GEM_PATH", home + ":" + gems + "@global"},
          {"MY_RUBY_HOME", manager.homes.front() + "/" + ruby},
          {"PATH", home + "/bin:" + gems + "@global/bin:"}};
}

// chruby puts the gems of a person, when they are not root, into their home.
Environment chruby_environment(const std::string& directory, const Tree& tree, const Environment& environment) {
  std::string name = directory.substr(directory.rfind('/') + 1);
  std::size_t dash = name.find('-');
  std::string engine = dash == std::string::npos ? "ruby" : name.substr(0, dash);
  Environment env{{"RUBY_ROOT", directory}, {"PATH", ""}};
  std::vector<std::string> abis = tree.names(directory + "/lib/ruby/gems");
  std::string own = at_home(environment, "/.gem/" + engine + "/" + name.substr(dash + 1));
  if (abis.empty() || !tree.is_directory(own)) return env;
  std::string root = directory + "/lib/ruby/gems/" + abis.back();
  env["GEM_ROOT"] = root;
  env["GEM_HOME"] = own;
  env["GEM_PATH"] = own + ":" + root;
  env["PATH"] = own + "/bin:" + root + "/bin:";
  return env;
}

}  // namespace

std::string value_of(const Environment& environment, const std::string& name) {
  auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string in_path(const Tree& tree, const Environment& environment, const std::string& program) {
  for (const std::string& directory : base::split(value_of(environment, "PATH"), ':')) {
    std::string path = directory + "/" + program;
    if (!directory.empty() && tree.is_program(path)) return path;
  }
  return {};
}

std::vector<RubyManager> ruby_managers(const Tree& tree, const Environment& environment) {
  std::vector<RubyManager> found;
  add_rbenv(found, tree, environment);
  add_asdf(found, tree, environment);
  add_mise(found, tree, environment);
  add_rvm(found, tree, environment);
  add_chruby(found, tree, environment);
  std::vector<std::string> path = base::split(value_of(environment, "PATH"), ':');
  std::stable_sort(found.begin(), found.end(), [&](const RubyManager& a, const RubyManager& b) {
    return place_in_path(a, path) < place_in_path(b, path);
  });
  return found;
}

std::vector<std::string> versions_of(const RubyManager& manager, const Tree& tree) {
  std::vector<std::string> versions;
  for (const std::string& home : manager.homes)
    for (const std::string& name : tree.names(home))
      if (tree.is_program(home + "/" + name + "/bin/ruby"))
        versions.push_back(name.starts_with("ruby-") ? name.substr(5) : name);
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return std::pair(numbers_in(a), a) < std::pair(numbers_in(b), b);
  });
  return versions;
}

std::optional<ManagedRuby> find_managed(const RubyManager& manager, const std::string& version,
                                        const std::string& gemset, const Tree& tree, const Environment& environment) {
  constexpr std::string_view kPath = "path:";
  bool is_path = manager.tools && version.starts_with(kPath);
  std::string directory = is_path ? version.substr(kPath.size()) : directory_of(manager, version, tree);
  std::string program = directory + "/bin/ruby";
  if (directory.empty() || !tree.is_program(program)) return std::nullopt;
  ManagedRuby ruby{program, {{"PATH", ""}}};
  if (manager.name == "rvm") ruby.env = rvm_environment(manager, directory.substr(directory.rfind('/') + 1), gemset);
  // A shell in which this Ruby is chosen already knows better.
  else if (in_path(tree, environment, "ruby") == program) return ManagedRuby{program, {}};
  else if (manager.name == "chruby") ruby.env = chruby_environment(directory, tree, environment);
  ruby.env["PATH"] += directory + "/bin:" + value_of(environment, "PATH");
  return ruby;
}

}  // namespace dtest::cli
