// Report bodies: the numbered facts that a node publishes about a session (doc/protocol.md §6).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace dtest::protocol {

/// Bytes of any encoding: msgpack bin, where std::string is msgpack str.
struct Bytes {
  std::string data;
  std::uint64_t total = 0;             ///< of how many this is an excerpt, where a message has room for that; 0: all
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

struct Exception {
  std::string type;                    ///< class
  std::string message;
  std::vector<std::string> backtrace;  ///< "path:line:in ..."
  std::string diff;
  std::string location;                ///< first line inside the project, "path:line"; may be empty
  std::vector<Exception> causes;
};

struct Booting {
  std::int64_t pid = 0;
};

/// The files that the framework would run. Long plans come in parts; only part 0 has the rest.
struct Plan {
  std::uint32_t part = 0;
  bool more = false;
  std::vector<std::string> files;
  std::vector<std::string> framework;  ///< name and version
  std::string ruby, mode;
  std::optional<std::int64_t> seed;
};

struct Booted {
  base::Duration took{};
  std::string preload;
};

/// A hook of the project began (phase "start") or ended (phase "end").
struct Setup {
  std::string hook;    ///< "node_setup" or "runner_setup"
  base::Slot slot;     ///< of the runner; 0 for node_setup
  std::string file;
  std::string phase;
  std::string how;     ///< at the end: "exit 0", "SIGKILL", why it was killed or could not be started
  bool ok = false;
  base::Duration took{};
  Bytes output;        ///< the last of it
};

struct BootFailed {
  std::string why;
  int code = 70;       ///< exit code of dtest(1)
  Bytes output;        ///< the last of what the boot process printed
};

struct Notice {
  std::string text;
  std::string level = "info";  ///< "info" or "warn"
};

struct RunnerUp {
  base::Slot slot;
  base::Incarnation incarnation;
  std::int64_t pid = 0;
};

/// A runner's process has been reaped, and all it said was read.
struct RunnerExit {
  base::Slot slot;
  base::Incarnation incarnation;
  std::int64_t pid = 0;
  std::string how;   ///< "SIGSEGV", "exit 0"
  std::string why;   ///< "crashed", "timed_out", "killed", "ended", "memory"
  Bytes output;      ///< the last of what it printed
  std::uint64_t rss_kb = 0;  ///< of "memory": what was resident
};

struct ItemStart {
  base::Slot slot;
  base::Incarnation incarnation;
  base::ItemId item;
  base::Attempt attempt;
};

struct ListedExample {
  std::string id;
  std::uint32_t line = 0;
  std::string name;
};

struct ExampleList {
  base::ItemId item;
  base::Attempt attempt;
  std::uint32_t part = 0;
  bool more = false;
  std::vector<ListedExample> examples;
};

struct Example {
  base::ItemId item;
  base::Attempt attempt;
  std::string id, path;
  std::uint32_t line = 0;
  std::string name, description;
  std::string status;           ///< "passed", "failed", "pending", "error"
  base::Duration took{}, cpu{};
  std::vector<Exception> exceptions;
  std::string pending_message;
  std::vector<std::string> tags;
  Bytes output;                 ///< of a bad example, at most the session's cap
  std::uint64_t output_total = 0;
};

/// An error that no example owns.
struct OutsideError {
  std::optional<base::ItemId> item;
  std::optional<base::Attempt> attempt;
  std::string where;            ///< "before(:suite)", "after(:context)", ...
  Exception exception;
  std::optional<base::Slot> by{};  ///< from the node: the runner that it is of; absent: the boot process
  Bytes output{};                  ///< likewise, of a process that ended by it: what it printed last
};

enum class Outcome { done, load_error, crashed, timed_out, returned, stopped };
std::string_view name(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view name);

struct ItemEnd {
  base::ItemId item;
  base::Attempt attempt;
  Outcome outcome = Outcome::done;
  std::string why;                     ///< for people: "SIGSEGV", "timed out after 10m00s (limit 10m00s)"
  base::Duration took{}, load{}, cpu{};
  std::uint64_t rss_kb = 0;
  std::uint64_t count = 0;             ///< examples that the runner ran
  std::optional<std::string> running;  ///< id of the example that was running
  std::optional<Exception> exception;  ///< of a load error
  Bytes output;                        ///< the last of it, after a crash or a hang
};

struct Closed {
  std::string why;  ///< for people: why the session ended although the run had not; then its node takes no other
};

/// Where the project is to be put; the session waits for Synced.
struct Workspace {
  std::string path;    ///< absolute, on the node
};

/// What the boot process (slot 0) or a runner printed since the last of these, for the log.
struct Printed {
  base::Slot slot;
  Bytes output;
  std::uint64_t left_out = 0;  ///< bytes before it that are not told
};

using Body = std::variant<Booting, Plan, Booted, Setup, BootFailed, Notice, RunnerUp, RunnerExit, ItemStart,
                          ExampleList, Example, OutsideError, ItemEnd, Closed, Workspace, Printed>;

}  // namespace dtest::protocol
