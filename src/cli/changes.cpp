#include "cli/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

namespace fs = std::filesystem;

constexpr base::Duration kPatience = std::chrono::seconds(60);
constexpr std::size_t kMostSaid = 64U << 20U;

bool is_under(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_test(std::string_view path) {
  const std::string_view name = last_part(path);
  if (!name.ends_with(".rb") || !(is_under(path, "spec") || is_under(path, "test"))) return false;
  if (name.ends_with("_helper.rb") || name.ends_with("_helpers.rb")) return false;
  const bool by_end = name.ends_with("_spec.rb") || name.ends_with("_test.rb") || name.ends_with("-test.rb");
  return by_end || name.starts_with("test_") || name.starts_with("test-") || name.starts_with("spec_");
}

[[noreturn]] void misuse(const std::string& text) { throw base::Error(base::ExitCode::usage, "--changed: " + text); }

/// Nothing when git says no.
std::optional<std::string> ask_git(const std::string& directory, const std::vector<std::string>& arguments) {
  system::SpawnSpec spec;
  spec.argv = {"git", "-C", directory};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.error = system::Null{};
  system::Captured said = system::run_and_capture(std::move(spec), kPatience, kMostSaid);
  return said.status.success() ? std::optional(std::move(said.output)) : std::nullopt;
}

std::string git(const std::string& directory, const std::vector<std::string>& arguments) {
  if (auto output = ask_git(directory, arguments)) return *output;
  misuse(fmt::format("'git {}' failed in {}", base::join(arguments, " "), directory));
}

// Where the work since `ref` began. Without a common ancestor, as in a shallow clone, it is the commit itself.
std::string beginning(const std::string& directory, const std::string& ref) {
  if (!ask_git(directory, {"rev-parse", "--is-inside-work-tree"}))
    misuse(directory + " is in no git repository, or git is not installed");
  if (ref.starts_with('-') || !ask_git(directory, {"rev-parse", "--verify", "--quiet", ref + "^{commit}"}))
    misuse(fmt::format("git knows no commit '{}' in {}", ref, directory));
  return std::string(base::trim(ask_git(directory, {"merge-base", ref, "HEAD"}).value_or(ref)));
}

std::vector<std::string> names_in(const std::string& text) {
  std::vector<std::string> names = base::split(text, '\0');
  std::erase(names, "");
  return names;
}

// A controller is tested by requests as well, a view by what renders it.
void add_rails(const std::string& folder, const std::string& stem, std::vector<std::string>& tests) {
  if (folder == "app/controllers" && stem.ends_with("_controller")) {
    const std::string plain = stem.substr(0, stem.size() - std::string_view("_controller").size());
    for (const std::string& name : {plain, stem}) {
      tests.push_back("spec/requests/" + name + "_spec.rb");
      tests.push_back("spec/routing/" + name + "_routing_spec.rb");
      tests.push_back("test/integration/" + name + "_test.rb");
    }
  }
}

}  // namespace

std::vector<std::string> tests_named_after(const std::string& path) {
  if (is_test(path)) return {path};
  const std::size_t slash = path.find('/');
  if (slash == std::string::npos) return {};
  const std::string top = path.substr(0, slash);
  const std::string rest = path.substr(slash + 1);
  std::vector<std::string> tests;
  if (top == "app" && is_under(path, "app/views")) return {"spec/" + rest + "_spec.rb"};
  if (!path.ends_with(".rb") && !path.ends_with(".rake")) return {};
  const std::string stem = rest.substr(0, rest.rfind('.'));
  const std::string folder = stem.find('/') == std::string::npos ? "" : stem.substr(0, stem.rfind('/') + 1);
  const std::string name(last_part(stem));
  if (top != "app" && top != "lib") return {};
  for (const std::string& prefix : {std::string(), top + "/", std::string("unit/")}) {
    if (prefix == "app/") continue;
    tests.push_back("spec/" + prefix + stem + "_spec.rb");
    tests.push_back("test/" + prefix + stem + "_test.rb");
    tests.push_back("test/" + prefix + folder + "test_" + name + ".rb");
  }
  if (top == "app") {
    const std::size_t next = rest.find('/');
    if (next != std::string::npos) add_rails("app/" + rest.substr(0, next), stem.substr(next + 1), tests);
  } else if (stem.find('/') != std::string::npos) {
    // lib/shop/order.rb of the gem shop is often tested by test/order_test.rb.
    const std::string inner = stem.substr(stem.find('/') + 1);
    tests.push_back("spec/" + inner + "_spec.rb");
    tests.push_back("test/" + inner + "_test.rb");
    tests.push_back("test/test_" + std::string(last_part(inner)) + ".rb");
  }
  return tests;
}

bool concerns_all(const std::string& path) {
  static constexpr std::array<std::string_view, 7> kFiles{"Gemfile", "Gemfile.lock",   "gems.rb", "gems.locked",
                                                          ".rspec",  ".ruby-version", ".tool-versions"};
  if (std::find(kFiles.begin(), kFiles.end(), path) != kFiles.end() || path.ends_with(".gemspec")) return true;
  if (is_under(path, "config") || is_under(path, "db") || is_under(path, ".distributest")) return true;
  return (is_under(path, "spec") || is_under(path, "test")) && !is_test(path);
}

Changes tests_for(std::vector<std::string> changed, const std::function<bool(const std::string&)>& exists) {
  Changes changes;
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  changes.files = std::move(changed);
  for (const std::string& path : changes.files) {
    if (concerns_all(path) && changes.everything.empty()) changes.everything = path;
    bool known = false;
    for (std::string& test : tests_named_after(path)) {
      if (!exists(test)) continue;
      known = true;
      changes.tests.try_emplace(std::move(test), path);
    }
    if (!known && !is_test(path) && path.ends_with(".rb")) changes.unknown.push_back(path);
  }
  return changes;
}

Changes changed_tests(const std::string& directory, const std::string& ref) {
  const std::string since = beginning(directory, ref);
  std::vector<std::string> changed = names_in(git(directory, {"diff", "--name-only", "--relative", "-z", since, "--"}));
  const auto fresh = names_in(git(directory, {"ls-files", "-z", "--others", "--exclude-standard"}));
  changed.insert(changed.end(), fresh.begin(), fresh.end());
  return tests_for(std::move(changed), [&](const std::string& path) {
    std::error_code ignored;
    return fs::is_regular_file(fs::path(directory) / path, ignored);
  });
}

}  // namespace dtest::cli
