// rsync over ssh, to a node. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cli/later_files.hpp"

namespace dtest::cli {

/// How a node is reached by ssh.
struct SshHost {
  std::string host;                  ///< [USER@]HOST as ssh(1) takes it; empty: this machine
  std::vector<std::string> options;  ///< further words of the ssh command
};

struct RemoteJob {
  SshHost ssh;
  std::string from, to;                          ///< directories; `to`, on the node, becomes like `from`
  std::vector<std::string> includes, excludes;   ///< patterns of rsync; includes win
  std::string exclude_file;                      ///< more of them, each ended by a NUL; may be empty
  std::string program;                           ///< empty: rsync
  std::optional<LaterFiles> later;               ///< reads rsync's list; without it there is none
};

/// The words that begin an ssh command: without a question to anybody, and to no unknown host.
std::vector<std::string> ssh_words(const SshHost& ssh);

/// What ssh to that host said, for a person, with what to do; empty when it is none of what is known.
std::string ssh_fault(const SshHost& ssh, const std::string& said);

/// It may work in a moment: an sshd drops connections when too many come at once (MaxStartups).
bool may_pass(const std::string& said);

/// Command line of a job: incremental, with deletions, modes, times and links, without a question to anybody.
std::vector<std::string> remote_command(const RemoteJob& job);

/// What went wrong, for a person, with what to do; empty when the copy is good. `status` -1: killed. Files that
/// vanished meanwhile, and links to nothing, are no fault.
std::string remote_fault(const RemoteJob& job, int status, const std::string& said);

}  // namespace dtest::cli
