// The audit at the end of a run: accounts for it once more from the raw record, by code that shares nothing with the
// ledger, and compares. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "collector/event.hpp"
#include "collector/journal.hpp"

namespace dtest::collector {

/// What the ledger says, and what was told in the stream.
struct Claims {
  Counts counts;
  std::uint64_t errors_outside = 0;
  std::vector<NotRun> not_run;
  std::uint64_t file_ends = 0;    ///< file.end events
  std::uint64_t test_ends = 0;    ///< test.end events, of void attempts too
};

/// One sentence for each contradiction; empty: the account holds. Time O(n log n), memory a copy of the record.
std::vector<std::string> audit(const Journal& journal, const Claims& claims);

}  // namespace dtest::collector
