#include "history/sqlite.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace dtest::history {
namespace {

TEST(Sqlite, BindsAndReads) {
  Database database(":memory:", Database::Mode::create);
  database.exec("CREATE TABLE t (a TEXT, b REAL, c INTEGER)");
  Statement insert(database, "INSERT INTO t VALUES (?, ?, ?)");
  insert.bind(1, std::string_view("x\0y", 3)).bind(2, 1.5).bind(3, std::int64_t{1} << 60).run();
  insert.bind(1, "z").bind(2, 2.5).bind(3, std::int64_t{2}).run();
  Statement select(database, "SELECT a, b, c FROM t ORDER BY b");
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.text(0), std::string("x\0y", 3));
  EXPECT_DOUBLE_EQ(select.real(1), 1.5);
  EXPECT_EQ(select.integer(2), std::int64_t{1} << 60);
  ASSERT_TRUE(select.step());
  EXPECT_FALSE(select.step());
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 2);
  EXPECT_EQ(database.number("SELECT c FROM t WHERE 0"), 0);
}

TEST(Sqlite, TransactionsRollBackUnlessCommitted) {
  Database database(":memory:", Database::Mode::create);
  database.exec("CREATE TABLE t (a)");
  { Transaction lost(database); database.exec("INSERT INTO t VALUES (1)"); }
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 0);
  { Transaction kept(database); database.exec("INSERT INTO t VALUES (1)"); kept.commit(); }
  EXPECT_EQ(database.number("SELECT count(*) FROM t"), 1);
}

TEST(Sqlite, ErrorsSayWhatKindTheyAre) {
  TempDir dir;
  EXPECT_THROW(Database(dir / "missing", Database::Mode::existing), SqliteError);
  write_text(dir / "text", std::string(4096, 'x'));
  Database text(dir / "text", Database::Mode::existing);
  try {
    text.number("PRAGMA user_version");
    FAIL();
  } catch (const SqliteError& error) {
    EXPECT_TRUE(error.is_damaged());
    EXPECT_FALSE(error.is_busy());
  }
}

TEST(Sqlite, WaitsForNobodyUnlessTold) {
  TempDir dir;
  Database one(dir / "db", Database::Mode::create), two(dir / "db", Database::Mode::create);
  Transaction held(one);
  try {
    Transaction second(two);
    FAIL();
  } catch (const SqliteError& error) {
    EXPECT_TRUE(error.is_busy());
  }
}

TEST(Sqlite, TheDeadlineEndsALongStatement) {
  Database database(":memory:", Database::Mode::create);
  database.deadline(std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  try {
    database.number("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n");
    FAIL();
  } catch (const SqliteError& error) {
    EXPECT_TRUE(error.is_interrupted());
  }
}

}  // namespace
}  // namespace dtest::history
