// What a person asked for, as plain values. Every default here is the table's (a test compares them).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "config/nodes.hpp"
#include "config/option.hpp"
#include "config/value.hpp"

namespace dtest::config {

/// Which tests of which project.
struct Selection {
  std::string directory;           ///< the project, absolute; it exists
  std::vector<std::string> paths;  ///< PATH[:LINE...] as the user named them
  std::vector<std::string> patterns, excludes, includes, requires_;
  std::vector<std::string> framework_args;  ///< after "--", none of which dtest owns
  std::vector<std::string> ruby;            ///< command and arguments; empty: to be found
  std::vector<std::string> boot;            ///< boot process of another language, then `ruby` too; empty: ours
  std::string framework = "auto";           ///< "auto", "rspec", "minitest", "test-unit"
  std::string bundler = "auto";             ///< "auto" or "off"
};

enum class Format : std::uint8_t { progress, files, quiet };
enum class Color : std::uint8_t { automatic, always, never };

/// A set-up hook that was named; both are empty when it was not.
struct NamedHook {
  std::string path;    ///< absolute; nobody has looked whether it exists
  std::string origin;  ///< who named it: "--node-setup", "/p/.distributest/config:3"
};

/// Set-up hooks: those that were named, and where the others are looked for.
struct Hooks {
  bool wanted = true;
  NamedHook node_setup, runner_setup, after_fork;
  std::vector<std::string> places;  ///< directories of the project, the person and the machine; the first one counts
};

/// Tests that are chosen by what is known of them, not by name.
struct Wanted {
  bool failed = false;        ///< what was bad when it was last run
  bool failed_first = false;  ///< that before the rest
  std::string resume;         ///< run whose rest is to run; empty: none
  std::string files_from;     ///< absolute path of a list, "-", or empty
  std::string changed;        ///< commit since which something changed; empty: not asked
  std::uint32_t shard = 0, shards = 0;  ///< part, from 1, of so many; 0: all
  bool shard_by_time = false;           ///< else by size
  std::string reproduce;                ///< RUN:N, a failure of a stored run; empty: none
  std::vector<std::string> after;       ///< of the files before that failure only these; empty: all
  bool alone = false;                   ///< none of them
  std::uint32_t as_runner = 0;          ///< with the number of this runner; 0: of the one on which it failed
};

/// Absolute paths of files, or "-" for standard output; empty: not asked for.
struct ReportFiles {
  std::string junit, json, html, tap, trace;
};

struct RunOptions {
  Selection selection;
  std::vector<std::string> manner, after_dashes;  ///< of the command line: flags that say how, and what followed "--"
  Wanted wanted;
  bool dry_run = false;  ///< show what would run
  bool json = false;     ///< of a dry run
  Runners runners;
  std::vector<NodeSpec> nodes;      ///< at least one
  std::uint32_t min_runners = 0;    ///< on all nodes together
  base::Duration wait{};            ///< for nodes and runners; 0: as long as a node is on its way
  std::string key_file;             ///< own secret key, absolute; empty: there is no place for one
  std::string name;                 ///< of this machine, for nodes; empty: its host name and a mark of its own
  bool sync_ignored = false;        ///< nodes get also what git ignores
  std::vector<std::string> sync_includes, sync_excludes;  ///< patterns of rsync; no excludes: the usual ones
  std::optional<std::int64_t> seed;  ///< 0 to 2^32-1
  std::string preload = "auto";      ///< "auto", "on", "framework", "off"
  bool first_is_empty = false;
  bool tmpdir = true;
  std::uint32_t fail_fast = 0;  ///< 0: never
  base::Duration timeout = std::chrono::minutes(10);
  base::Duration grace = std::chrono::seconds(1);
  Hooks hooks;
  base::Duration hook_timeout = std::chrono::minutes(10);
  base::Duration exit_timeout = std::chrono::minutes(1);
  bool share_database = false;
  bool fixed = false;               ///< which runner runs a file depends on the files alone
  std::uint32_t crash_retries = 1;  ///< tries after the first
  std::uint32_t breaker = 5;        ///< failures in a row that no other runner shares; 0: off
  std::uint32_t retries = 0;        ///< of one bad example
  std::string retry_on = "other";   ///< "other", "any", "same"
  std::uint64_t retry_limit = 100;  ///< examples of the run
  base::Duration run_timeout{};     ///< 0: never
  bool flaky_fails = false;
  Format format = Format::progress;
  Color color = Color::automatic;
  base::Duration slow_file = std::chrono::seconds(20);
  base::Duration slow_test = std::chrono::seconds(1);
  std::uint64_t runner_memory = 0;                      ///< bytes resident; 0: no limit
  std::uint64_t output_cap = std::uint64_t{64} * 1024;  ///< bytes of one example
  std::string events;                                   ///< absolute path, or empty
  ReportFiles reports;
  std::string github = "auto";                          ///< "auto", "on", "off"
  std::string publish;                                  ///< checked ipc endpoint, or empty: a place of its own
  bool history = true;
  std::uint64_t keep_runs = 100, keep_days = 30;           ///< of stored runs
  std::uint64_t keep_size = std::uint64_t{1024} << 20U;    ///< bytes
  bool whole = true;                                       ///< no part of the project's tests was chosen
  bool copy = false;
  std::vector<std::string> copy_excludes;  ///< patterns of rsync; empty: the usual ones
};

/// One example on the terminal, as runner 1 would run it.
struct DebugOptions {
  Selection selection;  ///< one path
  std::optional<std::int64_t> seed;
  bool first_is_empty = false;
  bool tmpdir = true;
  Hooks hooks;
};

struct ListOptions {
  Selection selection;
  Wanted wanted;
  bool json = false;
};

struct EventsOptions {
  std::string directory;       ///< the project, absolute; it exists
  std::string target;          ///< run ("latest", its id or the beginning of it), ipc endpoint, or empty: latest
  std::uint64_t from = 0;      ///< number of the first event that is wanted
  std::vector<std::string> kinds;  ///< kinds, or what comes before their dot; empty: all
  bool follow = false;         ///< wait for a run when none goes on, and for the next one after it
  bool schema = false;         ///< print the JSON Schema instead
  bool endpoint_only = false;  ///< print only the endpoint
  std::string verify;          ///< check this stored stream instead; or empty
  bool json = false;           ///< of `verify`
  std::string key_file;        ///< own secret key, for an endpoint on TCP; or empty
  std::string publisher_key;   ///< public key of who publishes there; empty: the person's own
};

/// The commands about stored runs.
struct StoredOptions {
  Command command = Command::show;
  std::string directory;      ///< the project, absolute; it exists
  std::string run;            ///< id, the beginning of it, "latest", "latest~N"; empty: none was named
  std::uint32_t failure = 0;  ///< number of a failure; 0: none was named
  std::size_t limit = 20;
  std::string node;           ///< of `log`: only lines of this one; empty: all
  bool follow = false;        ///< of `log`: wait for more while the run goes on
  bool json = false;
  Color color = Color::automatic;
};

/// Which of the files before a failure make it fail.
struct BisectOptions {
  std::string directory;  ///< the project, absolute; it exists
  std::string failure;    ///< RUN:N
  Runners runners;        ///< tries at the same time
  bool json = false;
};

/// What would count in a run with these arguments.
struct ConfigOptions {
  bool check = false;     ///< only whether it can be used
  bool json = false;
  Color color = Color::automatic;
  struct File {
    std::string path;
    bool read = false;    ///< else there is none
  };
  std::vector<File> files;            ///< that are looked for, in order of precedence
  std::vector<NodeSpec> nodes;        ///< that a run would use, when nothing is wrong
  std::vector<std::string> problems;  ///< each where, what and what to do; empty: all is well
  int code = 0;                       ///< exit code of the first of them
};

enum class Shell : std::uint8_t { bash, zsh, fish };

struct CompletionOptions {
  Shell shell = Shell::bash;
};

/// Reports of a stored run.
struct ReportOptions {
  std::string source;     ///< a stored run or a file of events, as the user named it; empty: the newest run
  std::string directory;  ///< absolute: of which project
  ReportFiles files;      ///< at least one is asked for, and at most one goes to standard output
};

struct VersionOptions {
  bool json = false;
};

/// Print help_text(command) on standard output and end with 0.
struct HelpOptions {
  Command command = Command::run;
};

struct KeygenOptions {
  std::string path;   ///< of the secret key, absolute; the public one lies beside it
  std::string allow;  ///< for a node: the directory of the keys that may use it; else empty
  bool json = false;
};

/// `dtest nodes`: what is to be done, and with which of the nodes of the configuration.
struct NodesOptions {
  enum class Verb : std::uint8_t { list, status, add, remove, export_to, import_from };
  Verb verb = Verb::list;
  std::vector<NodeSpec> nodes;  ///< of `list`, `status`, `export`: those that were named, or all; of the others all
  std::string target;           ///< of `add` [USER@]HOST, of `remove` a node's name
  std::string directory;        ///< of `export` and `import`, absolute
  NodeSpec fresh;               ///< of `add`: what its section is to say
  std::string user_directory;   ///< of the person's configuration and keys; not empty
  std::string key_file;         ///< own secret key, absolute
  bool json = false;
};

/// Either `embedded` or both endpoints are set.
struct DaemonOptions {
  std::string embedded;        ///< absolute directory, or empty
  std::string listen;          ///< checked endpoint of the work pipe
  std::string results_listen;  ///< of the result channel
  bool tcp = false;            ///< one of them is TCP, so that keys are needed
  std::string key_file, allow; ///< own secret key, directory of the allowed public ones; absolute
  std::string name;            ///< letters, digits, dot, dash, underscore; at most 64. Empty: the host's name
  Runners runners;
  bool in_place = false;       ///< on TCP also serves runs that bring no copy of their project
  std::string work_dir;        ///< absolute, or empty: the user's cache directory
  base::Duration work_age{};   ///< how long a workspace is kept that nobody uses
  std::uint64_t work_size = 0; ///< bytes that those may take
  std::string log_level = "info";  ///< "debug", "info", "warn", "error"
  bool log_json = false;
  bool check_config = false;  ///< nothing was wrong: say so and end with 0
};

}  // namespace dtest::config
