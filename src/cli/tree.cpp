#include "cli/tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "system/files.hpp"

namespace dtest::cli {

namespace fs = std::filesystem;

std::optional<std::string> RealTree::text(const std::string& path) const {
  constexpr std::size_t kMost = 64 * 1024;
  return system::read_file(path, kMost);
}

std::vector<std::string> RealTree::names(const std::string& directory) const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (fs::directory_iterator entry(directory, ignored), end; entry != end; entry.increment(ignored))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool RealTree::is_directory(const std::string& path) const {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool RealTree::is_program(const std::string& path) const {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace dtest::cli
