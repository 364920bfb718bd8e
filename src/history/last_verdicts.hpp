// What is still bad, or was never run: from stored runs, for the runs that follow.
#pragma once
#include <string>
#include <vector>

#include "history/run_store.hpp"

namespace dtest::history {

/// A file that is to run again, as a whole or in part.
struct Again {
  std::string path;
  std::vector<std::string> ids;  ///< of the examples; empty: all of the file
  std::int64_t since_us = 0;     ///< when the oldest of its verdicts was given: what was written later has other ids
};

struct Outstanding {
  std::vector<Again> files;      ///< by path
  std::uint64_t examples = 0;    ///< named ones and files, as people count
  std::size_t runs = 0;          ///< that were looked at
  bool planned = false;          ///< by `not_run`: it came so far that it knew its files
  bool outside = false;          ///< the newest run had errors that belong to no file
};

/// What was bad when it was last run. Looks from the newest run back to the last one that ran everything, at most
/// twenty; runs that go on are left out. An example that passed since, a file that ran whole since, is not bad.
Outstanding still_bad(const RunStore& store);

/// What `run` did not run, by its end or, where it was killed, by what it had planned.
Outstanding not_run(const StoredRun& run);

}  // namespace dtest::history
