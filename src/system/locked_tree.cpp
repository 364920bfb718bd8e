#include "system/locked_tree.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "system/private_dir.hpp"
#include "system/remove_tree.hpp"

namespace dtest::system {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 5;

[[noreturn]] void fail(const std::string& text) { throw base::Error(base::ExitCode::config, text); }

// The lock, if nobody has it. Whoever removes a tree removes its lock too, so that what was opened may be nobody's any
// more.
UniqueFd try_lock(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
  struct stat held {}, named {};
  bool same = ::fstat(fd.get(), &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino;
  return same ? std::move(fd) : UniqueFd();
}

void make_directories(const fs::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno != ENOENT) fail("cannot make " + path.string() + ": " + std::strerror(errno));
  make_directories(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    fail("cannot make " + path.string() + ": " + std::strerror(errno));
}

std::uint64_t size_of(const fs::path& tree) {
  std::uint64_t bytes = 0;
  std::error_code ignored;
  for (fs::recursive_directory_iterator entry(tree, fs::directory_options::skip_permission_denied, ignored), end;
       entry != end; entry.increment(ignored)) {
    struct stat info {};
    if (::lstat(entry->path().c_str(), &info) == 0) bytes += static_cast<std::uint64_t>(info.st_blocks) * 512;
  }
  return bytes;
}

struct Tree {
  fs::path lock;
  long long used = 0;  // seconds since 1970
  std::uint64_t bytes = 0;
};

// The locks below a directory that nobody holds; trees themselves are not looked into.
void find_trees(const fs::path& directory, std::vector<Tree>& found) {
  std::error_code ignored;
  std::vector<fs::path> deeper;
  for (fs::directory_iterator entry(directory, ignored), end; entry != end; entry.increment(ignored)) {
    struct stat info {};
    if (::lstat(entry->path().c_str(), &info) != 0) continue;
    if (entry->path().extension() == ".lock") found.push_back({entry->path(), info.st_mtime, 0});
    else if (S_ISDIR(info.st_mode)) deeper.push_back(entry->path());
  }
  for (const fs::path& path : deeper)
    if (!fs::exists(path.string() + ".lock", ignored)) find_trees(path, found);
}

// Again under the lock: somebody may have used it since.
bool remove(const Tree& tree, const fs::path& root) {
  UniqueFd lock = try_lock(tree.lock.string(), 0);
  struct stat info {};
  if (!lock || ::fstat(lock.get(), &info) != 0 || info.st_mtime != tree.used) return false;
  fs::path path = tree.lock;
  path.replace_extension();
  if (!remove_tree(path.string())) return false;
  ::unlink(tree.lock.c_str());
  std::error_code failed;
  for (fs::path up = path.parent_path(); up != root && !failed; up = up.parent_path())
    if (!fs::remove(up, failed)) break;
  return true;
}

}  // namespace

void make_private_tree(const std::string& directory) {
  make_directories(directory);
  std::string fault = private_dir_fault(directory);
  if (!fault.empty()) fail(directory + ": " + fault);
}

LockedTree LockedTree::take(const std::string& parent, unsigned most) {
  for (int i = 0; i < kTries; ++i) {  // somebody may be removing them
    make_private_tree(parent);
    for (unsigned number = 1; number <= most; ++number) {
      std::string path = parent + "/" + std::to_string(number);
      errno = 0;
      UniqueFd lock = try_lock(path + ".lock", O_CREAT);
      if (!lock && errno == ENOENT) break;
      if (!lock && errno != EWOULDBLOCK && errno != 0)
        fail("cannot open " + path + ".lock: " + std::strerror(errno));
      if (!lock) continue;
      ::futimens(lock.get(), nullptr);
      make_private_tree(path);
      return {std::move(path), number, std::move(lock)};
    }
  }
  fail("all " + std::to_string(most) + " places in " + parent + " are in use");
}

std::vector<std::string> remove_old_trees(const std::string& root, const TreeKeep& keep, long long now) {
  std::vector<Tree> trees;
  find_trees(root, trees);
  std::sort(trees.begin(), trees.end(), [](const Tree& a, const Tree& b) { return a.used > b.used; });
  const long long limit = now - std::chrono::duration_cast<std::chrono::seconds>(keep.age).count();
  std::vector<std::string> removed;
  std::uint64_t kept = 0;
  for (Tree& tree : trees) {
    const std::string path = tree.lock.string().substr(0, tree.lock.string().size() - 5);
    tree.bytes = tree.used < limit ? 0 : size_of(path);
    bool old = tree.used < limit || kept + tree.bytes > keep.bytes;
    if (old && remove(tree, root)) removed.push_back(path);
    else kept += tree.bytes;
  }
  return removed;
}

void sweep_trees(const std::string& root, const TreeKeep& keep) {
  constexpr std::time_t kLately = 3000;  // seconds
  const std::string last = root + "/.swept";
  struct stat info {};
  const std::time_t now = std::time(nullptr);
  if (::stat(last.c_str(), &info) == 0 && info.st_mtime <= now && now - info.st_mtime < kLately) return;
  const UniqueFd mark(::open(last.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (mark) ::futimens(mark.get(), nullptr);
  remove_old_trees(root, keep, now);
}

}  // namespace dtest::system
