#include "cli/git_ignored.hpp"

#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"
#include "system/process.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(60);
constexpr std::size_t kMost = 64U << 20U;

// rsync reads a backslash as one, unless the pattern has a wildcard.
std::string escaped(std::string_view path) {
  std::string pattern = "/";
  bool wild = path.find_first_of("*?[") != std::string_view::npos;
  for (char c : path) {
    if (wild && (c == '*' || c == '?' || c == '[' || c == '\\')) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// Of a working tree, or of one that was linked or is a submodule, where .git is a file.
bool in_repository(std::filesystem::path directory) {
  std::error_code error;
  for (; !directory.empty(); directory = directory.parent_path()) {
    if (std::filesystem::exists(directory / ".git", error)) return true;
    if (directory == directory.root_path()) break;
  }
  return false;
}

}  // namespace

std::string ignore_patterns(std::string_view listed) {
  std::string patterns;
  while (!listed.empty()) {
    std::size_t end = listed.find('\0');
    if (end == std::string_view::npos) break;  // cut off
    if (end > 0) patterns += escaped(listed.substr(0, end)) + '\0';
    listed.remove_prefix(end + 1);
  }
  return patterns;
}

void open_for_includes(std::string& patterns, std::vector<std::string>& includes) {
  const std::vector<std::string> wanted = includes;
  for (const std::string& include : wanted) {
    if (!include.starts_with('/')) continue;
    bool inside = false;
    for (std::size_t slash = include.find('/', 1); slash != std::string::npos && slash + 1 < include.size();
         slash = include.find('/', slash + 1)) {
      const std::string directory = include.substr(0, slash + 1), whole = '\0' + directory + '\0';
      const std::size_t at = ('\0' + patterns).find(whole);  // each ends with a NUL
      if (at != std::string::npos) patterns.erase(at, whole.size() - 1);
      inside = inside || at != std::string::npos;
      if (!inside) continue;
      includes.push_back(directory);
      patterns += directory + '*' + '\0';
    }
  }
}

std::string ignored_by_git(const std::string& project) {
  if (!in_repository(project)) return {};
  system::SpawnSpec spec;
  // What git complains of is told at the end of what it lists.
  spec.argv = {"sh", "-c", "exec git -C \"$1\" ls-files -z --others --ignored --exclude-standard --directory 2>&1", "sh",
               project};
  spec.env["LC_ALL"] = "C";
  const system::Captured said = system::run_and_capture(spec, kPatience, kMost);
  if (said.status.success()) return ignore_patterns(said.output);
  std::string why = base::valid_utf8(base::trim(said.output.substr(said.output.rfind('\0') + 1)));
  why = why.substr(0, why.find('\n'));
  throw base::Error(base::ExitCode::config,
                    "git does not say what it ignores in " + project + ", which nodes are not to get: " +
                        (why.empty() ? said.status.text() : why) + "; mend that, or send all of it with --sync-ignored");
}

}  // namespace dtest::cli
