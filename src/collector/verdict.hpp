// The word and the exit code that a run ends with: a pure function of its totals (the table of dtest(1)).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "collector/event.hpp"

namespace dtest::collector {

/// What kept the run from its work: no node, a boot that failed, ...
struct Obstacle {
  int code = 70;       ///< exit code of dtest(1)
  std::string reason;  ///< one sentence
};

struct Totals {
  Counts counts;
  std::uint64_t errors_outside = 0;
  std::uint64_t flaky_files = 0;      ///< passed after an earlier attempt at them crashed or failed
  bool planned = false;               ///< a plan was announced
  bool started = false;               ///< a file began on some node
  std::uint64_t files = 0;            ///< planned
  std::string out_of_time;            ///< a sentence: --run-timeout ended the run; empty: it did not
  int interrupted = 0;                ///< 130 or 143; 0 = not
  std::optional<Obstacle> obstacle;   ///< counts only where it left something undone
  std::uint64_t contradictions = 0;   ///< sentences of the audit
  std::string stopped;                ///< a sentence about runners that failed where others did not; empty: none did
  bool report_missing = false;        ///< a report that was asked for could not be written
};

struct Verdict {
  std::string word;    ///< passed, failed, incomplete, cancelled, nothing, error
  int exit_code = 0;
  std::string reason;  ///< one sentence where the word needs one, else empty
};

/// Precedence: 130/143, 70, 1, an obstacle's code (69 only where nothing was started), 3, 4, 73, 0. `flaky_fails`: flaky is as bad as failed.
Verdict judge(const Totals& totals, bool flaky_fails);

}  // namespace dtest::collector
