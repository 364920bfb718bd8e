// Numbered directory trees that are used again, each by one process at a time.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "system/fd.hpp"

namespace dtest::system {

/// PARENT/N, private, locked by PARENT/N.lock as long as this lives. Its content stays.
class LockedTree {
 public:
  /// The first that nobody has; makes what is missing with mode 0700. Throws base::Error (config) that says what is
  /// wrong, also when `most` are in use.
  static LockedTree take(const std::string& parent, unsigned most);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] unsigned number() const { return number_; }

 private:
  LockedTree(std::string path, unsigned number, UniqueFd lock)
      : path_(std::move(path)), number_(number), lock_(std::move(lock)) {}
  std::string path_;
  unsigned number_;
  UniqueFd lock_;
};

/// Makes it, and its parents, with mode 0700; it must be ours alone. Throws base::Error (config).
void make_private_tree(const std::string& directory);

/// How long trees are kept that nobody uses, and how much room those may take.
struct TreeKeep {
  base::Duration age;
  std::uint64_t bytes;
};

/// Removes trees at any depth below `root` that nobody uses: those that nobody has used for so long, then those that
/// were used longest ago until the rest takes no more room. `now`: seconds since 1970. Empty directories go as well.
/// Returns the paths of what was removed.
std::vector<std::string> remove_old_trees(const std::string& root, const TreeKeep& keep, long long now);
/// As remove_old_trees, now; not when somebody did it within the last fifty minutes, which ROOT/.swept tells: whoever
/// lives no longer than a minute is not to look at all of it every time.
void sweep_trees(const std::string& root, const TreeKeep& keep);

}  // namespace dtest::system
