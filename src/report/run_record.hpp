// What is known of a run when its events were read: plain values, the one thing that all reports are made of.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "collector/event.hpp"

namespace dtest::report {

/// One time that an example was run.
struct Try {
  collector::Status status = collector::Status::passed;
  collector::Place place;
  std::uint32_t item = 0, attempt = 1, retry = 0;
  double secs = 0;
  std::string pending_message, reason;
  std::vector<collector::Exception> exceptions;
  collector::Output output;
  std::uint32_t failure = 0;         ///< number in the run; 0 = none
  bool repeatable = false;           ///< its runner was at its file: what ran before it there is known
};

struct ExampleRecord {
  std::string id, name, full_name;
  std::uint32_t line = 0;
  std::vector<std::string> tags;
  std::vector<std::string> rerun;    ///< argument list; only of what is worth running again
  std::optional<Try> result;         ///< what counts; absent: not run
  std::vector<Try> earlier;          ///< tries that count for nothing, in order
  bool flaky = false;
  std::string not_run;               ///< why there is no result
  [[nodiscard]] collector::Status status() const {
    return result ? result->status : collector::Status::not_run;
  }
};

/// What went wrong outside of examples.
struct ErrorRecord {
  enum class Kind : std::uint8_t { load, outside, file };  ///< did not load; a hook or a helper; its process
  Kind kind = Kind::outside;
  collector::Status status = collector::Status::error;
  std::string where;                 ///< "after(:context)", of `outside`
  collector::Place place;
  std::uint32_t item = 0, attempt = 0, failure = 0;
  std::string reason;
  collector::Exception exception;    ///< of `file` empty
  collector::Output output;
  bool repeatable = false;           ///< as of a try
};

struct FileRecord {
  std::string path;
  std::optional<double> expect_secs;
  bool fresh = false;                ///< never seen before this run
  std::deque<ExampleRecord> examples;  ///< half a kilobyte each: none is moved when more come
  std::vector<ErrorRecord> errors;
  std::vector<std::string> requeued; ///< why attempts count for nothing
  bool ended = false;
  collector::Status status = collector::Status::not_run;
  collector::Place place;
  double secs = 0, load_secs = 0;
  std::uint64_t rss_kb = 0;
  bool flaky = false;
  double began = 0;                  ///< elapsed at its first start
  std::string not_run;               ///< why it, as a whole, was not run
  std::string changed;               ///< "changed" or "removed" since the plan
};

/// What a runner did for a while. Times are seconds since the run began.
struct Span {
  enum class Kind : std::uint8_t { setup, boot, file, lost, sync };
  Kind kind = Kind::file;
  collector::Place place;
  double from = 0, to = 0;
  std::size_t file = 0;              ///< index in RunRecord::files, of `file`
  std::uint32_t item = 0, attempt = 1;
  collector::Status status = collector::Status::passed;
  bool is_void = false;              ///< the attempt counted for nothing
  std::string text;                  ///< hook, how it ended
};

struct NodeRecord {
  std::string name, ruby, version;
  std::uint32_t runners = 0;
  std::string lost;                  ///< why nothing was heard from it any more; empty: it was there
  std::uint64_t crashes = 0;
};

struct Remark {
  double elapsed = 0;
  std::string level, text, node;
};

struct RunRecord {
  std::string run;                   ///< hexadecimal
  collector::RunStart start;
  base::WallTime began;
  std::optional<collector::RunPlan> plan;  ///< the last; its files are in `files`
  std::vector<FileRecord> files;     ///< in the order of dispatch
  std::vector<ErrorRecord> errors;   ///< of no file
  std::vector<NodeRecord> nodes;
  std::vector<Span> spans;           ///< in the order in which they began
  std::vector<Remark> remarks;       ///< warnings and errors of the program
  std::string cancelled;             ///< reason of run.cancel
  std::optional<collector::RunEnd> end;  ///< absent: the stream was cut off
  double elapsed = 0;                ///< of the last event
};

/// A file's examples and errors by verdict.
struct Tally {
  std::uint64_t passed = 0, failed = 0, errors = 0, pending = 0, not_run = 0, flaky = 0;
  [[nodiscard]] std::uint64_t bad() const { return failed + errors; }
};
Tally tally(const FileRecord& file);
/// Of all files.
std::size_t example_count(const RunRecord& run);

/// A bad or flaky example, an error outside of them, or, with neither, a flaky file.
struct Finding {
  const FileRecord* file = nullptr;  ///< null: of no file
  const ExampleRecord* example = nullptr;
  const ErrorRecord* error = nullptr;
};
/// Over all files and none, in the order of path and line.
std::vector<Finding> failures(const RunRecord& run);
std::vector<Finding> flaky(const RunRecord& run);

/// Names for people: the framework's full name, else its name, else its id.
const std::string& title(const ExampleRecord& example);
std::string title(const Finding& finding);
/// "not run: REASON".
std::string why_not_run(const std::string& reason);
/// "did not load", "error in after(:context)", "the file crashed (SIGSEGV)".
std::string title(const ErrorRecord& error);
/// The exception's class and message, or why the program says it is bad; never empty.
std::string explanation(const Try& result);
std::string explanation(const ErrorRecord& error);
/// "passed", ..., "2 failed": the run's verdict and its counts in one line.
std::string one_line(const RunRecord& run);
/// Whole command to run a finding again, quoted for a shell; empty where there is none.
std::string rerun_line(const RunRecord& run, const Finding& finding);
/// The same as a list of arguments.
std::vector<std::string> rerun_words(const RunRecord& run, const Finding& finding);
/// Command that runs a finding after what its runner had run before it, as a list of arguments. Empty where the run is
/// not kept, or nothing ran.
std::vector<std::string> exact_words(const RunRecord& run, const Finding& finding);

}  // namespace dtest::report
