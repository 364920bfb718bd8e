// One failure of a run, whatever kind of event it came in: what the screen needs to tell it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "collector/event.hpp"
#include "report/look.hpp"

namespace dtest::report {

struct Failure {
  std::uint32_t number = 0;
  std::string label;                   ///< FAIL, LOAD, CRASH, TIMEOUT, ERROR
  std::string path;                    ///< may be empty (an error outside files)
  std::uint32_t line = 0;              ///< 0: unknown, or the whole file
  std::string id, name;                ///< the example's; may be empty
  collector::Place place;
  std::uint32_t item = 0, attempt = 1; ///< 0: belongs to no attempt, never void
  std::optional<double> secs;
  std::string aftermath;               ///< "does not count: ..."; empty: it counts, as far as is known
  std::string remark;                  ///< a sentence of ours, without capital and full stop
  std::vector<collector::Exception> exceptions;
  collector::Output output;
  std::vector<std::string> rerun;      ///< argument list; empty: nothing to run again
  std::string exact;                   ///< command that runs what its runner ran before as well; may be empty
  std::uint64_t position = 0;          ///< its file is so many-th of that process; 0: unknown
};

/// `crash`: what is known of the process that ended while it was at the file; may be null.
Failure failure_of(const collector::TestEnd& event, const collector::RunnerCrash* crash,
                   const collector::Manner& manner, const Look& look);
Failure failure_of(const collector::FileEnd& event, const collector::RunnerCrash* crash,
                   const collector::Manner& manner, const Look& look);
Failure failure_of(const collector::FileLoadError& event, const collector::Manner& manner);
Failure failure_of(const collector::TestError& event, const collector::Manner& manner);

/// "runner bigbox/3 ended on SIGSEGV".
std::string how_it_ended(const collector::RunnerCrash& crash, const Look& look);

/// The entry that is printed when it happens.
Lines failure_entry(const Failure& failure, const Look& look);

/// "NoMethodError: undefined method `x' for nil": class and first line of the first exception. Classes that only say
/// "an expectation was not met" are left out. Empty without an exception.
std::string headline(const std::vector<collector::Exception>& exceptions);
/// The lines from where Ruby reports its own crash on, `most` of them; all where it does not.
Lines report_in(const Lines& text, std::size_t most);

/// The lines of a backtrace inside the project, relative to it, at most `look.backtrace_lines`; the first lines of
/// all when none is inside.
Lines project_lines(const std::vector<std::string>& backtrace, const Look& look);

}  // namespace dtest::report
