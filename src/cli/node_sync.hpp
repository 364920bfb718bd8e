// Puts the project, the Ruby side and the hooks of the initiating machine into a workspace on a node.
#pragma once
#include <ctime>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <vector>

#include "bus/loop.hpp"
#include "cli/remote_rsync.hpp"
#include "protocol/options.hpp"
#include "system/process.hpp"

namespace dtest::cli {

/// Not sent to nodes unless the person says what is not. What stands there on the node stays.
extern const std::vector<std::string> kSyncExcludes;

/// What every node of a run gets. Made once, before the first node asks.
class SyncSource {
 public:
  struct Setting {
    std::string project;                       ///< absolute
    std::string lib;                           ///< of the Ruby side; may be empty
    std::map<std::string, std::string> hooks;  ///< absolute paths by name
    std::vector<std::string> includes, excludes;
    bool ignored = false;                      ///< also what git ignores
    std::string dir;                           ///< a private directory of the run, for what is put together
    std::string own;                           ///< a file in the project that the run writes; empty: none
  };
  /// Copies what is small, and asks git. Throws base::Error (config).
  explicit SyncSource(Setting setting);

  /// The session's options as a node with a workspace is to get them.
  [[nodiscard]] protocol::SessionOptions in_workspace(protocol::SessionOptions options) const;
  /// What has to be copied to a workspace at `path`.
  [[nodiscard]] std::vector<RemoteJob> jobs(const SshHost& ssh, const std::string& path) const;

 private:
  [[nodiscard]] std::string moved(const std::string& path) const;
  Setting setting_;
  std::string name_;          ///< of the project
  std::string exclude_file_;
  std::time_t began_ = std::time(nullptr);
};

/// One node's copy: all jobs at once, each a child process. Owned by whoever waits; its end ends them.
class NodeSync {
 public:
  /// `on_over` is told once, with the fault or nothing, on the loop; it may destroy this.
  NodeSync(std::vector<RemoteJob> jobs, bus::Loop& loop, std::function<void(std::string fault)> on_over,
           std::function<void(const std::string& level, const std::string& text)> on_said);
  ~NodeSync();
  NodeSync(const NodeSync&) = delete;
  NodeSync& operator=(const NodeSync&) = delete;

 private:
  struct Copy {
    RemoteJob job;
    system::Child child;
    system::UniqueFd error, output;
    std::string said;
    int tries = 0;
    bool over = false;
    bus::Loop::Watch error_watch, output_watch, end_watch;
  };
  void start(Copy& copy);
  bool read(Copy& copy);
  bool read_list(Copy& copy);
  void read_rest(Copy& copy);
  void tell(const Copy& copy, const std::string& how) const;
  bool reap(Copy& copy);
  void end(const std::string& fault);

  bus::Loop& loop_;
  std::function<void(std::string)> on_over_;
  std::function<void(const std::string&, const std::string&)> on_said_;  ///< what rsync prints, and how it ends
  std::list<Copy> copies_;
  bool told_ = false;
};

}  // namespace dtest::cli
