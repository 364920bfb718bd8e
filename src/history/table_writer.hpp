// Writes what an attempt taught into the two tables.
#pragma once
#include "history/sqlite.hpp"
#include "history/timing.hpp"

namespace dtest::history {

/// Prepared statements of one transaction: read, weigh (schedule::weigh), replace. All calls throw SqliteError.
class TableWriter {
 public:
  explicit TableWriter(Database& database);
  void write(const FileTiming& file);

 private:
  Statement read_file_, write_file_, read_example_, write_example_;
};

}  // namespace dtest::history
