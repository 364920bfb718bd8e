#include "history/sqlite.hpp"

#include <sqlite3.h>

namespace dtest::history {
namespace {

std::string message_of(sqlite3* connection, int code) {
  return connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
}

/// Called by SQLite every thousand steps of its machine (some 20 us); not 0 interrupts.
int is_late(void* deadline) {
  return std::chrono::steady_clock::now() >= *static_cast<std::chrono::steady_clock::time_point*>(deadline) ? 1 : 0;
}

}  // namespace

SqliteError::SqliteError(sqlite3* connection, int code)
    : std::runtime_error(message_of(connection, code)), code_(code & 0xff) {}

bool SqliteError::is_busy() const noexcept { return code_ == SQLITE_BUSY || code_ == SQLITE_LOCKED; }
bool SqliteError::is_damaged() const noexcept { return code_ == SQLITE_CORRUPT || code_ == SQLITE_NOTADB; }
bool SqliteError::is_interrupted() const noexcept { return code_ == SQLITE_INTERRUPT; }

void Database::Close::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }

Database::Database(const std::string& path, Mode mode)
    : deadline_(std::make_unique<std::chrono::steady_clock::time_point>()) {
  const int create = mode == Mode::create ? SQLITE_OPEN_CREATE : 0;
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | create, nullptr);
  connection_.reset(raw);
  if (code != SQLITE_OK) throw SqliteError(raw, code);
  sqlite3_busy_timeout(raw, 0);
}

void Database::exec(const char* sql) {
  const int code = sqlite3_exec(get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw SqliteError(get(), code);
}

std::int64_t Database::number(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Database::busy_timeout(base::Duration limit) {
  sqlite3_busy_timeout(get(), static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()));
}

void Database::deadline(std::chrono::steady_clock::time_point at) {
  *deadline_ = at;
  sqlite3_progress_handler(get(), 1'000, is_late, deadline_.get());
}

void Database::leave_journal() { sqlite3_db_config(get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Statement::Statement(Database& database, std::string_view sql) : connection_(database.get()) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(connection_, sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  statement_.reset(raw);
  check(code);
}

void Statement::check(int code) {
  if (code != SQLITE_OK) throw SqliteError(connection_, code);
}

Statement& Statement::bind(int at, std::string_view text) {
  check(sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind(int at, double value) {
  check(sqlite3_bind_double(statement_.get(), at, value));
  return *this;
}

Statement& Statement::bind(int at, std::int64_t value) {
  check(sqlite3_bind_int64(statement_.get(), at, value));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw SqliteError(connection_, code);
  return code == SQLITE_ROW;
}

void Statement::run() {
  step();
  rewind();
}

void Statement::rewind() noexcept { sqlite3_reset(statement_.get()); }

std::string Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

Snapshot::Snapshot(Database& database) : database_(database), own_(sqlite3_get_autocommit(database.get()) != 0) {
  if (own_) database_.exec("BEGIN");
}

Snapshot::~Snapshot() {
  if (own_) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Transaction::Transaction(Database& database) : database_(database) { database_.exec("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  // A failed statement may have rolled back already; then this one fails, which is what is wanted.
  if (open_) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.exec("COMMIT");
  open_ = false;
}

}  // namespace dtest::history
