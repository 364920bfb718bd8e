#include "cli/copied_run.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "base/text.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(1);
constexpr base::Duration kLogEvery = std::chrono::seconds(30);

// A line that is rewritten on a terminal; elsewhere a line now and then. Nothing when it is quick.
class CopyProgress {
 public:
  explicit CopyProgress(std::string name) : name_(std::move(name)), terminal_(::isatty(STDERR_FILENO) == 1) {}
  ~CopyProgress() {
    if (shown_ && terminal_) std::cerr << "\r\033[K" << std::flush;
  }
  CopyProgress(const CopyProgress&) = delete;
  CopyProgress& operator=(const CopyProgress&) = delete;

  void tell(int percent, base::Duration so_far) {
    if (so_far < due_) return;
    due_ = so_far + (terminal_ ? kPatience : kLogEvery);
    shown_ = true;
    std::cerr << (terminal_ ? "\r\033[K" : "dtest: ") << "copying " << name_ << ": " << percent << "% after "
              << base::show_secs(base::seconds(so_far)) << (terminal_ ? "" : "\n") << std::flush;
  }

 private:
  std::string name_;
  bool terminal_, shown_ = false;
  base::Duration due_ = kPatience;
};

}  // namespace

std::unique_ptr<ProjectCopy> make_copy(const config::RunOptions& options) {
  if (!options.copy) return nullptr;
  const std::string& project = options.selection.directory;
  CopyProgress progress{base::valid_utf8(system::last_part(project))};
  std::string cache = cache_home(std::getenv("XDG_CACHE_HOME"), std::getenv("HOME"));
  return std::make_unique<ProjectCopy>(
      project, cache, options.copy_excludes,
      [&](int percent, base::Duration so_far) { progress.tell(percent, so_far); });
}

protocol::SessionOptions session_in(const ProjectCopy* copy, protocol::SessionOptions options) {
  if (copy == nullptr) return options;
  options.project = copy->path();
  for (auto* paths : {&options.paths, &options.patterns, &options.excludes, &options.includes, &options.requires_})
    for (std::string& path : *paths) path = copy->moved(path);
  for (auto& [name, path] : options.hooks) path = copy->moved(path);
  options.env["PWD"] = copy->path();
  return options;
}

}  // namespace dtest::cli
