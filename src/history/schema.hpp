// The database of timings: its tables, its version, and how it is opened.
#pragma once
#include <cstdint>
#include <string>

#include "history/sqlite.hpp"

namespace dtest::history {

/// Tables `files` (path) and `examples` (path, id), each with secs (weighted mean), cpu_secs (likewise), last_secs,
/// at_least_secs, runs, status, updated_at (us since 1970).
constexpr std::int64_t kSchemaVersion = 1;

enum class Fault {
  none,
  empty,    ///< no tables yet
  damaged,  ///< not a database, or not ours
  newer,    ///< written by a later version of this program
};

/// What is wrong with an open database. Throws SqliteError for what says nothing of the content (locks, I/O).
Fault fault_of(Database& database);
/// The same of a file; none when there is no such file or it cannot be opened.
Fault fault_of(const std::string& path);

/// Makes the tables where there are none yet, and sets the journal up. Throws SqliteError.
void prepare(Database& database);

}  // namespace dtest::history
