#include "cli/git_ignored.hpp"

#include "base/error.hpp"
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
  system::SpawnSpec spec;
  spec.argv = {"git", "-C", project, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"};
  spec.error = system::Null{};
  try {
    system::Captured said = system::run_and_capture(spec, kPatience, kMost);
    return said.status.success() ? ignore_patterns(said.output) : std::string();
  } catch (const base::Error&) {
    return {};  // no git
  }
}

}  // namespace dtest::cli
