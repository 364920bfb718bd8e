// The redrawn block: bar line, first failure, what runs now. And its one-line form for logs.
#pragma once
#include <optional>
#include <string>

#include "report/failures.hpp"
#include "report/look.hpp"
#include "report/progress.hpp"

namespace dtest::report {

struct LiveFacts {
  double elapsed = 0;
  double fraction = 0;               ///< 0..1
  std::optional<double> left;        ///< about, seconds
  std::uint32_t runners_up = 0;      ///< booted so far
  std::uint32_t runners = 0;         ///< asked for
  std::string waiting;               ///< what is waited for while nothing runs: "connecting to nodes", ...
};

/// At most `rows` lines of less than the width.
Lines live_block(const Progress& progress, const Failures& failures, const LiveFacts& facts, std::size_t rows,
                 const Look& look);

/// "61%  252/412 files · 5 980 passed · 2 failed · 1:08, about 0:44 left".
std::string status_line(const Progress& progress, const Failures& failures, const LiveFacts& facts, const Look& look);

/// It runs at least twice as long as it should, and ten seconds longer.
bool is_overdue(const Progress::Running& running, double elapsed);
/// "31s of about 28s"; "31s, new" for a file that nothing is known of.
std::string run_time(const Progress::Running& running, double elapsed);

/// What runs, longest over its time first, one line each; at most `rows`, the last of which counts the rest.
Lines running_lines(const Progress& progress, double elapsed, std::size_t rows, const Look& look);

}  // namespace dtest::report
