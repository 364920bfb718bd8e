// The event stream's types: one fact about a run each. The only source of everything that is shown or stored
// (console, --events, the socket, reports, timings). Kinds and fields are those of dtest-events(7); the stream
// only grows. Encoding is in event_json.hpp; the list of kinds with their names is `Event` at the end.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "protocol/report.hpp"

namespace dtest::collector {

/// What became of an example, or of a file. Readers take a status that they do not know for `error`.
enum class Status { passed, failed, pending, error, crashed, timed_out, not_run };
std::string_view name(Status s);
std::optional<Status> status_from(std::string_view name);
/// failed, error, crashed and timed_out make a run fail; not_run makes it incomplete.
constexpr bool is_bad(Status s) {
  return s == Status::failed || s == Status::error || s == Status::crashed || s == Status::timed_out;
}

/// Numbers of examples by status. `flaky` are counted in `passed` or `pending` too.
struct Counts {
  std::uint64_t passed = 0, failed = 0, pending = 0, error = 0, crashed = 0, timed_out = 0, not_run = 0, flaky = 0;
  void add(Status s);
  void remove(Status s);
  [[nodiscard]] std::uint64_t total() const {
    return passed + failed + pending + error + crashed + timed_out + not_run;
  }
  [[nodiscard]] std::uint64_t bad() const { return failed + error + crashed + timed_out; }
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// What was raised; as it comes from the node.
using Exception = protocol::Exception;

struct Output {
  std::string bytes;           ///< what is kept, at most the session's output cap; any encoding
  std::uint64_t total = 0;     ///< bytes that were written
};

/// Where something ran.
struct Place {
  std::string node;
  std::uint32_t runner = 0;    ///< slot; 0 = the boot process
};

struct StreamHello { std::string version; std::string endpoint; };
struct StreamBeat { std::uint64_t last = 0; };
struct StreamBye { std::string reason; };

/// What its command line said of how the project is run, not of what of it: for commands that do it again.
struct Manner {
  std::vector<std::string> flags;  ///< "-C" and its directory first, where they were given
  std::vector<std::string> args;   ///< the framework's, after "--"
};
struct RunStart {
  std::string project;         ///< last part of the directory
  std::string dir, commit, host, user, version;
  bool dirty = false;
  std::vector<std::string> argv;
  std::uint32_t runners = 0;   ///< asked for
  std::vector<std::string> nodes;
  bool kept = false;           ///< its events are stored
  Manner manner;
};

struct PlannedFile {
  std::string path;
  std::optional<double> expect_secs;  ///< absent: never seen
  bool fresh = false;                 ///< "new": never seen
};
struct RunPlan {
  std::vector<PlannedFile> files;     ///< in dispatch order
  std::string framework, framework_version, ruby;
  std::optional<std::int64_t> seed;
  std::uint32_t runners = 0;
  std::optional<double> expect_secs;  ///< wall time expected; absent without history
  std::optional<std::uint64_t> tests_expected;
};
struct RunningFile { Place place; std::string path; double secs = 0; std::optional<double> expect_secs; };
struct RunProgress {
  Counts counts;
  std::uint64_t files_done = 0, files_total = 0;
  std::vector<RunningFile> running;
  std::optional<double> left_secs;    ///< about
  double secs = 0;
};
/// Of the socket only: what somebody who comes late needs to know of what was told before.
struct StreamSnapshot {
  RunStart start;
  std::string framework, framework_version, ruby;  ///< empty before the plan
  std::optional<std::uint64_t> seed;
  std::vector<std::string> nodes;                  ///< that take part now
  std::uint64_t failures = 0;                      ///< bad examples, files and errors
  RunProgress progress;
  std::string log;                                 ///< file of the run's stored events; empty: there is none
};
struct RunCancel { std::string reason; std::vector<RunningFile> running; };  ///< interrupt, term, fail_fast, timeout
struct RunKill { std::string reason; std::uint64_t running = 0; };
struct NotRun { std::string path; std::string id; std::string reason; };     ///< id empty: the whole file
struct Efficiency {
  double work_secs = 0;               ///< sum of what runners spent on files
  std::uint32_t runners = 0;
  double busy = 0;                    ///< 0..1 of runner-seconds between first boot and end
  double speedup = 0;                 ///< work / wall
  double ideal_secs = 0;              ///< max(work / runners, longest file) + boot
  double first_test_secs = 0;         ///< from the command to the first example
  std::map<std::string, double> idle_by_cause;  ///< hooks, boot, set_up, waiting, tail, other: shares of all
};
struct RunEnd {
  std::string verdict;                ///< passed, failed, incomplete, cancelled, nothing, error
  int exit_code = 0;
  Counts counts;
  std::uint64_t files = 0;
  double secs = 0;
  std::optional<double> expect_secs;
  std::vector<NotRun> not_run;
  Efficiency efficiency;
  std::uint64_t errors_outside = 0;   ///< errors outside examples
  std::string reason;                 ///< one sentence when the verdict needs one
};

struct NodeJoin { std::string name; std::uint32_t runners = 0; std::string ruby, version; };
struct NodeLost { std::string name, reason; std::uint64_t requeued = 0; };
/// What ended there, and what it gave back, since it joined.
struct NodeLeave { std::string name, reason; std::uint64_t files = 0, requeued = 0; };
struct NodeStatus { std::string name; std::uint32_t runners = 0, busy = 0; };
/// The project is brought to a node.
struct NodeSync {
  std::string name, phase;            ///< "start" or "end"
  bool ok = false;
  std::string how;                    ///< at the end, as the others: why it is not there; empty: it is
  double secs = 0;
};
/// A set-up hook began or ended.
struct NodeSetup {
  Place place;                        ///< runner 0: of the node
  std::string hook, file, phase;      ///< "node_setup" or "runner_setup"; "start" or "end"
  bool ok = false;
  std::string how;                    ///< at the end, as the others below: "exit 0", "SIGTERM", ...
  double secs = 0;
  Output output;                      ///< the last of it
};

struct RunnerStart { Place place; std::uint32_t incarnation = 0; std::int64_t pid = 0; };
struct RunnerReady { Place place; std::uint32_t incarnation = 0; double boot_secs = 0; };
struct RunnerCrash {
  Place place;
  std::uint32_t incarnation = 0;
  std::int64_t pid = 0;
  std::string how;                    ///< "SIGSEGV", "exit 0", "timed out"
  std::string path, last_test;
  Output output;                      ///< the last of it
};
struct RunnerEnd {
  Place place;
  std::uint32_t incarnation = 0;
  std::string how;
  std::string reason;                 ///< "memory": it was above --runner-memory; empty: the run had no more for it
  std::uint64_t rss_kb = 0;           ///< then what was resident
};

/// The circuit breaker's findings about a runner that failed one file after the other.
struct RunnerSuspect {
  Place place;
  std::uint32_t incarnation = 0;
  std::string what;                   ///< rests, cleared, replaced, stopped
  std::uint64_t failed = 0;           ///< files in a row
  std::uint64_t tried = 0, otherwise = 0;  ///< of them: had an end on another runner; and ended otherwise there
  std::string path;                   ///< the first that failed
  Exception exception;                ///< its first one
  std::string text;                   ///< all of it, a sentence
};

struct FileQueue { std::string path; std::uint32_t attempt = 1; };
struct FileStart {
  std::string path;
  std::uint32_t attempt = 1;
  Place place;
  std::optional<double> expect_secs;
  std::uint32_t position_on_runner = 0;  ///< from 1, per incarnation
  std::uint32_t item = 0;             ///< which part of a file that was split; (item, attempt) names a try
};
/// The attempt is accepted: its verdicts are final.
struct FileEnd {
  std::string path;
  std::uint32_t attempt = 1;
  Place place;
  Status status = Status::passed;     ///< the worst of its examples, or its own
  double secs = 0, load_secs = 0, cpu_secs = 0;
  std::uint64_t rss_kb = 0;
  Counts counts;
  bool flaky = false;
  std::uint32_t failure = 0;          ///< number of the file's own failure (it crashed outside examples); 0 = none
  std::uint32_t item = 0;             ///< which part of a file that was split; (item, attempt) names a try
  std::string reason;                 ///< of its own failure: "SIGSEGV", ...
  Output output;                      ///< of its own failure: the last of it
  std::uint64_t announced = 0;        ///< examples that its accepted attempts, those of all parts, said they would run
};
/// The attempt counts for nothing: every test.end of (path, attempt) is void.
struct FileRequeue {
  std::string path;
  std::uint32_t attempt = 1;
  Place place;
  std::string reason;
  std::uint32_t item = 0;             ///< which part of a file that was split; (item, attempt) names a try
  bool again = true;                  ///< false: there will be no other attempt
  std::uint64_t announced = 0;        ///< examples that the attempt said it would run
  std::string running;                ///< id of the example that its runner ended in; empty: in none, or it did not end
};
struct FileLoadError {
  std::string path;
  std::uint32_t attempt = 1;
  Place place;
  Exception exception;
  std::uint32_t failure = 0;          ///< as in test.end
  std::uint32_t item = 0;             ///< which part of a file that was split; (item, attempt) names a try
};

/// A planned file was written, replaced or removed since the plan. It changes no verdict.
struct FileChanged {
  std::string path;
  std::string how;                    ///< changed, removed
  bool after_verdict = false;         ///< its verdict had come, and is of the file as it was planned
};

struct TestStart { std::string path; std::uint32_t attempt = 1; std::string id; Place place; };
struct TestEnd {
  std::string uid;                    ///< hash of framework and id: stable while the id is
  std::string id, path;
  std::uint32_t line = 0;
  std::string name, full_name;
  std::vector<std::string> tags;
  Status status = Status::passed;
  std::uint32_t attempt = 1;
  Place place;
  double secs = 0, cpu_secs = 0;
  std::string pending_message;
  std::vector<Exception> exceptions;
  std::vector<std::string> rerun;     ///< argument list, never a shell string; of bad and flaky ones only
  Output output;
  std::uint32_t failure = 0;          ///< this failure's number in the run, from 1; 0 = not bad
  std::uint32_t item = 0;             ///< which part of a file that was split; (item, attempt) names a try
  bool flaky = false;                 ///< passed or pending, but bad or running at a crash in an earlier attempt
  std::string reason;                 ///< of a status that the framework did not give: "SIGSEGV", ...
  std::uint32_t retry = 0;            ///< --retries: how many retries of this example came before
};
/// A bad example gets another chance: its test.end of (item, attempt) is void. Another one comes with `next` for item,
/// where the retry came to nothing with the status that it had.
struct TestRetry {
  std::string id, path;
  std::uint32_t line = 0;
  Status status = Status::failed;     ///< what it was; not_run: there was no test.end
  std::uint32_t attempt = 1, item = 0, next = 0;
  std::uint32_t retry = 1, retries = 1;  ///< which of how many at most
  Place place;                        ///< where it was bad
};
/// An error that no example owns (a suite hook, a helper, what a file does at load): the run fails.
struct TestError {
  std::string path;
  std::uint32_t attempt = 0;
  Place place;                        ///< runner 0: the boot process
  std::string where;
  Exception exception;
  std::uint32_t failure = 0, item = 0;
  Output output;                      ///< of a process that ended by it: the last of it
};

struct OutChunk { Place place; std::string path, id; Output output; };
struct LogLine { std::string level, text; std::string node; };

/// Every kind, in the order of dtest-events(7). `kind_name` gives its name in the stream.
using Event = std::variant<StreamHello, StreamSnapshot, StreamBeat, StreamBye, RunStart, RunPlan, RunProgress,
                           RunCancel, RunKill, RunEnd, NodeJoin, NodeLost, NodeLeave, NodeStatus, NodeSync,
                           NodeSetup, RunnerStart, RunnerReady, RunnerCrash, RunnerEnd, RunnerSuspect, FileQueue,
                           FileStart, FileEnd, FileRequeue, FileLoadError, FileChanged, TestStart, TestEnd,
                           TestRetry, TestError, OutChunk, LogLine>;

/// "run.start", "test.end", ...
std::string_view kind_name(const Event& event);

/// What every event carries. `seq` is gapless per stream from 1.
struct Envelope {
  std::uint64_t seq = 0;
  base::WallTime ts;        ///< the coordinator's clock
  double elapsed = 0;       ///< seconds since run.start, monotonic
  bool last = false;        ///< true once, on the final event
  Event event;
};

/// Whoever reads the stream inside dtest: console, files, socket, history. Called in order, on the loop's thread;
/// must not block and must not throw.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Envelope& envelope) = 0;
};

}  // namespace dtest::collector
