// What the keeper of a session's processes is told to do, and what it tells.
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "system/exit_status.hpp"

namespace dtest::guardian {

/// The caller's name for one process (boot process, runner incarnation) and all that it starts. Never used twice in
/// a session.
using Token = std::uint32_t;

/// Environment of every process of a session: DTEST_SESSION=<mark>, and DTEST_MARK=<mark>.<token> for what one
/// token starts.
constexpr const char* kSessionVariable = "DTEST_SESSION";
constexpr const char* kMarkVariable = "DTEST_MARK";
std::string token_mark(const std::string& session_mark, Token token);

/// A program to start. It gets a session of its own (setsid), /dev/null as standard input, and both marks.
struct Spec {
  Token token = 0;
  std::vector<std::string> argv;
  std::map<std::string, std::optional<std::string>> env;  ///< a value, or nothing to remove the name
  std::string cwd;
  std::string output;  ///< file for standard output and error, appended, made with mode 0600; empty: /dev/null
  bool lasting = false;  ///< what it leaves behind when it ends lives until it, or all, is killed
};

struct Spawned { Token token = 0; pid_t pid = 0; };                ///< the program runs
struct SpawnFailed { Token token = 0; std::string why; };          ///< the token is over; no TreeGone follows
struct Reaped { Token token = 0; pid_t pid = 0; system::ExitStatus status; };  ///< the token's process has ended
/// After Reaped: all that the process started is gone too. The token is over. Unless it is lasting, what is left is
/// killed as soon as its process has ended.
struct TreeGone { Token token = 0; };
struct Empty {};                                                   ///< nothing of the session is left
struct Fenced {};  ///< the fence's deadline passed: everything is being killed, Empty follows
struct Ended {};   ///< the guardian has exited after end(): all is gone, `remove` is removed
/// The guardian died. The keeper has killed and reaped what it found and removed what it could; `left` processes
/// could not be killed. Nothing more comes.
struct Lost { std::uint32_t left = 0; };

using KeeperEvent = std::variant<Spawned, SpawnFailed, Reaped, TreeGone, Empty, Fenced, Ended, Lost>;

}  // namespace dtest::guardian
