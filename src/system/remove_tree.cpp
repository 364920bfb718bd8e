#include "system/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <vector>

namespace dtest::system {

namespace {

constexpr int kPasses = 8;       // others may add while we remove
constexpr int kDepthMax = 256;   // one descriptor per level

bool is_dot(std::string_view name) { return name == "." || name == ".."; }

std::vector<std::string> names_in(int fd) {
  std::vector<std::string> names;
  DIR* dir = ::fdopendir(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (dir == nullptr) return names;
  ::rewinddir(dir);
  while (const dirent* entry = ::readdir(dir)) {
    if (!is_dot(entry->d_name)) names.emplace_back(entry->d_name);
  }
  ::closedir(dir);
  return names;
}

/// Opens a directory of this device, not a link; one that its owner closed is opened up first.
UniqueFd open_dir(int parent, const char* name, dev_t device) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  const UniqueFd handle(::openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!handle || ::fstat(handle.get(), &status) != 0 || status.st_dev != device) return {};
  if ((status.st_mode & S_IRWXU) != S_IRWXU) {
    // fchmod refuses O_PATH handles, and fchmodat by name could meet a link put there meanwhile.
    const std::string self = "/proc/self/fd/" + std::to_string(handle.get());
    (void)!::chmod(self.c_str(), (status.st_mode & 07777) | S_IRWXU);
  }
  UniqueFd fd(::openat(handle.get(), ".", kFlags));
  return fd;
}

bool remove_entry(int parent, const char* name, dev_t device, int depth);

bool empty_directory(int fd, dev_t device, int depth) {
  bool all = true;
  for (const std::string& name : names_in(fd)) all = remove_entry(fd, name.c_str(), device, depth + 1) && all;
  return all;
}

bool remove_entry(int parent, const char* name, dev_t device, int depth) {
  if (::unlinkat(parent, name, 0) == 0 || errno == ENOENT) return true;
  if (depth > kDepthMax) return false;
  const UniqueFd dir = open_dir(parent, name, device);
  if (!dir) return false;
  for (int pass = 0; pass < kPasses; ++pass) {
    const bool emptied = empty_directory(dir.get(), device, depth);
    if (::unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT) return true;
    // Only what was added meanwhile is worth another pass: at each level, passes multiply.
    if (!emptied || (errno != ENOTEMPTY && errno != EEXIST)) return false;
  }
  return false;
}

UniqueFd open_top(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
}

}  // namespace

bool remove_tree(const std::string& path) noexcept {
  if (path.find_first_not_of('/') == std::string::npos || path.front() != '/') return false;
  try {
    const std::string trimmed = path.substr(0, path.find_last_not_of('/') + 1);
    struct stat status {};
    if (::lstat(trimmed.c_str(), &status) != 0) return errno == ENOENT;
    return remove_entry(AT_FDCWD, trimmed.c_str(), status.st_dev, 0);
  } catch (...) {
    return false;
  }
}

UniqueFd hold_directory(const std::string& path) noexcept {
  UniqueFd fd = open_top(path);
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

bool remove_unheld_tree(const std::string& path) noexcept {
  const UniqueFd fd = open_top(path);
  const bool held = fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  return held || remove_tree(path);
}

}  // namespace dtest::system
