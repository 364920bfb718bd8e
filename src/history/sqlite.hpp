// SQLite behind three small owners. A connection and its statements belong to one thread at a time.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace dtest::history {

class SqliteError : public std::runtime_error {
 public:
  /// The connection's last error; `connection` may be null.
  SqliteError(sqlite3* connection, int code);
  [[nodiscard]] int code() const noexcept { return code_; }
  /// Another connection holds the lock: the same call may succeed later.
  [[nodiscard]] bool is_busy() const noexcept;
  /// The file is not, or no longer, a database of ours.
  [[nodiscard]] bool is_damaged() const noexcept;
  /// The deadline of the connection passed.
  [[nodiscard]] bool is_interrupted() const noexcept;

 private:
  int code_;
};

/// One connection. Waits for nobody's lock unless told to. All calls throw SqliteError.
class Database {
 public:
  enum class Mode { existing, create };
  Database(const std::string& path, Mode mode);

  void exec(const char* sql);
  /// The first column of the first row; 0 when there is none.
  std::int64_t number(const char* sql);
  /// How long a call waits for another connection's lock.
  void busy_timeout(base::Duration limit);
  /// Statements still running at this moment end with an error that is_interrupted().
  void deadline(std::chrono::steady_clock::time_point at);
  /// Closing does not move the journal into the file (which would sync the disk): the writer does that.
  void leave_journal();
  [[nodiscard]] sqlite3* get() const noexcept { return connection_.get(); }

 private:
  struct Close { void operator()(sqlite3* connection) const noexcept; };
  // Heap: SQLite keeps its address.
  std::unique_ptr<std::chrono::steady_clock::time_point> deadline_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// A prepared statement. Parameters count from 1, columns from 0. Texts that are bound must live until the next
/// run() or rewind().
class Statement {
 public:
  Statement(Database& database, std::string_view sql);

  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, double value);
  Statement& bind(int at, std::int64_t value);
  /// True while there is a row.
  bool step();
  /// Executes a statement without rows and makes it ready for the next values.
  void run();
  /// Ready for the next values.
  void rewind() noexcept;

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;

 private:
  void check(int code);
  struct Finalize { void operator()(sqlite3_stmt* statement) const noexcept; };
  sqlite3* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// What is read while it lives is of one moment; does nothing inside a transaction.
class Snapshot {
 public:
  explicit Snapshot(Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
  bool own_;
};

/// Takes the write lock at once (so that what is read inside is not overtaken); rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace dtest::history
