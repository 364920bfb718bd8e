// A private copy of a project for one run, so that a person may edit the project meanwhile.
#pragma once
#include <string>
#include <vector>

#include "base/time.hpp"
#include "cli/rsync.hpp"
#include "system/fd.hpp"

namespace dtest::cli {

/// Not copied unless the person says what is not: what tests do not read, and what is large and made anew. What stands
/// there in the copy stays.
extern const std::vector<std::string> kCopyExcludes;

/// XDG_CACHE_HOME where that is absolute, else HOME/.cache; empty when neither is.
std::string cache_home(const char* xdg_cache_home, const char* home);

/// A tree that no other run uses, locked as long as this lives: CACHE/distributest/copies/KEY/N/NAME, made like the
/// project. Trees are used again, so that only what changed is copied. Those that no run has used for kKeep are
/// removed.
class ProjectCopy {
 public:
  static constexpr base::Duration kKeep = std::chrono::hours(7 * 24);

  /// `project`: absolute. Throws base::Error (config).
  ProjectCopy(const std::string& project, const std::string& cache, const std::vector<std::string>& excludes,
              const RsyncProgress& progress);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A path in the project as one in the copy; others as they are.
  [[nodiscard]] std::string moved(const std::string& path) const;

 private:
  std::string project_, path_;
  system::UniqueFd lock_;
};

/// Removes the trees below `copies` that nobody uses and nobody has used since `limit` (seconds since 1970).
void remove_old_copies(const std::string& copies, long long limit);

}  // namespace dtest::cli
