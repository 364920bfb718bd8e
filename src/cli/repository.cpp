#include "cli/repository.hpp"

#include <sys/stat.h>

#include <optional>

#include "base/text.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kMost = 4U << 20U;  // of packed-refs

std::string read(const std::string& path) {
  return std::string(base::trim(system::read_file(path, kMost).value_or("")));
}

// The .git of the nearest directory above that has one; a work tree's .git is a file that names it.
std::string git_dir(std::string directory) {
  for (;; directory.resize(directory.rfind('/'))) {
    std::string path = directory + "/.git";
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) {
      if (S_ISDIR(info.st_mode)) return path;
      std::string text = read(path);
      if (!text.starts_with("gitdir: ")) return {};
      std::string named = text.substr(8);
      return named.starts_with('/') ? named : directory + "/" + named;
    }
    if (directory.empty() || directory.find('/') == std::string::npos) return {};
  }
}

std::string packed(const std::string& git, const std::string& ref) {
  std::string refs = read(git + "/packed-refs");
  std::size_t at = refs.find(" " + ref + "\n");
  if (at == std::string::npos || at < 40) return {};
  return refs.substr(at - 40, 40);
}

}  // namespace

std::string commit_of(const std::string& directory) {
  std::string git = git_dir(directory);
  if (git.empty()) return {};
  std::string head = read(git + "/HEAD");
  if (!head.starts_with("ref: ")) return head;
  std::string ref = head.substr(5);
  std::string common = read(git + "/commondir");
  std::string base = common.empty() ? git : common.starts_with('/') ? common : git + "/" + common;
  std::string loose = read(base + "/" + ref);
  return loose.empty() ? packed(base, ref) : loose;
}

}  // namespace dtest::cli
