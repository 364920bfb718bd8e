#include "history/schema.hpp"

#include <fmt/format.h>

namespace dtest::history {
namespace {

constexpr std::int64_t kApplication = 0x64747374;  // "dtst"

constexpr const char* kTables = R"(
  CREATE TABLE files (
    path TEXT PRIMARY KEY, secs REAL NOT NULL, cpu_secs REAL NOT NULL, last_secs REAL NOT NULL,
    at_least_secs REAL NOT NULL, runs INTEGER NOT NULL, status TEXT NOT NULL, updated_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE examples (
    path TEXT, id TEXT, name TEXT NOT NULL, secs REAL NOT NULL, cpu_secs REAL NOT NULL, last_secs REAL NOT NULL,
    at_least_secs REAL NOT NULL, runs INTEGER NOT NULL, status TEXT NOT NULL, updated_at INTEGER NOT NULL,
    PRIMARY KEY (path, id)
  ) WITHOUT ROWID;
)";

}  // namespace

Fault fault_of(Database& database) {
  try {
    // Another run may be making the tables just now: all or nothing of that is seen.
    const Snapshot snapshot(database);
    const auto version = database.number("PRAGMA user_version");
    const auto tables = database.number("SELECT count(*) FROM sqlite_master");
    if (version == 0 && tables == 0) return Fault::empty;
    if (database.number("PRAGMA application_id") != kApplication) return Fault::damaged;
    if (version > kSchemaVersion) return Fault::newer;
    const auto ours = database.number("SELECT count(*) FROM sqlite_master WHERE name IN ('files', 'examples')");
    return version == kSchemaVersion && ours == 2 ? Fault::none : Fault::damaged;
  } catch (const SqliteError& error) {
    if (error.is_damaged()) return Fault::damaged;
    throw;
  }
}

Fault fault_of(const std::string& path) {
  try {
    Database database(path, Database::Mode::existing);
    return fault_of(database);
  } catch (const SqliteError&) {
    return Fault::none;
  }
}

void prepare(Database& database) {
  try {
    // Readers and the writer do not wait for each other. Where it is impossible (some network file systems) SQLite
    // keeps the rollback journal, which is as safe. It survives a killed process; a power cut may cost the last runs.
    database.number("PRAGMA journal_mode = WAL");
  } catch (const SqliteError& error) {
    if (!error.is_busy()) throw;  // another run is at the file just now and does the same
  }
  database.exec("PRAGMA synchronous = NORMAL");
  if (fault_of(database) != Fault::empty) return;
  Transaction transaction(database);
  if (fault_of(database) != Fault::empty) return;  // another run was faster
  database.exec(kTables);
  database.exec(fmt::format("PRAGMA application_id = {}", kApplication).c_str());
  database.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion).c_str());
  transaction.commit();
}

}  // namespace dtest::history
