#include "cli/project_copy.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "history/location.hpp"
#include "system/machine.hpp"
#include "system/private_dir.hpp"
#include "system/remove_tree.hpp"

namespace dtest::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kMostTrees = 64;  // of one project, for as many runs at a time

[[noreturn]] void fail(const std::string& text) { throw base::Error(base::ExitCode::config, text); }

// The lock of a tree, if nobody has it. Whoever removes a tree removes its lock too, so that what was opened may be
// nobody's any more.
system::UniqueFd try_lock(const std::string& path) {
  system::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail("--copy: cannot open " + path + ": " + std::strerror(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return {};
  struct stat held {}, named {};
  bool same = ::fstat(fd.get(), &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino;
  return same ? std::move(fd) : system::UniqueFd();
}

void make_private(const std::string& directory) {
  try {
    history::make_parents(directory + "/x");
  } catch (const std::system_error& e) {
    fail(std::string("--copy: cannot make ") + e.what());
  }
  std::string fault = system::private_dir_fault(directory);
  if (!fault.empty()) fail("--copy: " + directory + ": " + fault + "; remove it, or set XDG_CACHE_HOME");
}

void remove_if_old(const fs::path& lock_path, long long limit) {
  struct stat info {};
  if (::stat(lock_path.c_str(), &info) != 0 || info.st_mtime >= limit) return;
  system::UniqueFd lock = try_lock(lock_path.string());
  if (!lock || ::fstat(lock.get(), &info) != 0 || info.st_mtime >= limit) return;
  fs::path tree = lock_path;
  if (system::remove_tree(tree.replace_extension().string())) ::unlink(lock_path.c_str());
}

}  // namespace

const std::vector<std::string> kCopyExcludes{"/log/*.log", "/tmp/cache/", "/coverage/"};

std::string cache_home(const char* xdg_cache_home, const char* home) {
  if (xdg_cache_home != nullptr && xdg_cache_home[0] == '/') return xdg_cache_home;
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.cache";
  return {};
}

ProjectCopy::ProjectCopy(const std::string& project, const std::string& cache,
                         const std::vector<std::string>& excludes, const RsyncProgress& progress)
    : project_(project) {
  if (cache.empty()) fail("--copy needs a place: neither XDG_CACHE_HOME nor HOME is set");
  std::string copies = cache + "/distributest/copies";
  make_private(copies);
  std::string trees = copies + "/" + history::project_key(project);
  make_private(trees);
  remove_old_copies(copies, std::time(nullptr) - std::chrono::duration_cast<std::chrono::seconds>(kKeep).count());
  make_private(trees);
  std::string tree;
  for (int i = 1; i <= kMostTrees && !lock_; ++i) {
    tree = trees + "/" + std::to_string(i);
    lock_ = try_lock(tree + ".lock");
  }
  if (!lock_) fail("--copy: " + std::to_string(kMostTrees) + " runs use copies of this project");
  ::futimens(lock_.get(), nullptr);
  make_private(tree);
  // Programs look at the name of the directory that they are in.
  path_ = tree + "/" + std::string(system::last_part(project));
  RsyncJob job{project, path_, excludes.empty() ? kCopyExcludes : excludes};
  if (copies.starts_with(project + "/")) job.excludes.push_back(copies.substr(project.size()) + "/");
  run_rsync(job, progress);
}

std::string ProjectCopy::moved(const std::string& path) const {
  if (path == project_) return path_;
  return path.starts_with(project_ + "/") ? path_ + path.substr(project_.size()) : path;
}

void remove_old_copies(const std::string& copies, long long limit) {
  std::error_code ignored;
  for (fs::directory_iterator project(copies, ignored), end; project != end; project.increment(ignored)) {
    for (fs::directory_iterator entry(project->path(), ignored); entry != end; entry.increment(ignored))
      if (entry->path().extension() == ".lock") remove_if_old(entry->path(), limit);
    fs::remove(project->path(), ignored);  // if it is empty
  }
}

}  // namespace dtest::cli
