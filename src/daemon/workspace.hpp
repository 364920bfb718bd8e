// Where the project of a session lies on this node.
#pragma once
#include <string>

#include "protocol/options.hpp"
#include "system/locked_tree.hpp"

namespace dtest::daemon {

/// ORIGIN/USER/PROJECT: a place of its own for each initiating machine, person and project. Each part is one plain file
/// name whatever was sent, and two that differ stay different. Pure.
std::string workspace_place(const protocol::SessionOptions& options);

/// WORK-DIR/ORIGIN/USER/PROJECT/N, where N is no other session's. Lives as long as the session: then the next run of
/// that project finds what it needs to copy only what changed.
class Workspace {
 public:
  /// Throws base::Error that says what is wrong and what to do.
  Workspace(const std::string& work_dir, const protocol::SessionOptions& options);
  [[nodiscard]] const std::string& path() const { return tree_.path(); }

 private:
  system::LockedTree tree_;
};

}  // namespace dtest::daemon
