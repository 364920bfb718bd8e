#include "history/set_aside.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "support.hpp"
#include "system/fd.hpp"

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

struct SetAside : ::testing::Test {
  TempDir dir;
  std::string path = dir / "timings.db";
  void make_sound() {
    Database database(path, Database::Mode::create);
    prepare(database);
  }
};

TEST_F(SetAside, LeavesASoundFileAlone) {
  make_sound();
  EXPECT_EQ(set_aside(path, false), "");
  EXPECT_EQ(set_aside(path, true), "");
  EXPECT_TRUE(fs::exists(path));
}

TEST_F(SetAside, NothingThereIsNothingToDo) { EXPECT_EQ(set_aside(path, true), ""); }

TEST_F(SetAside, KeepsTheDamagedFileWithItsJournal) {
  write_text(path, std::string(5000, 'x'));
  write_text(path + "-wal", "journal");
  EXPECT_NE(set_aside(path, false).find("timings.db.damaged-1"), std::string::npos);
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(path + "-wal"));
  EXPECT_EQ(fs::file_size(path + ".damaged-1"), 5000u);
}

TEST_F(SetAside, NumbersTheCopiesUpToNine) {
  for (int i = 0; i < 12; ++i) {
    write_text(path, std::string(5000, 'x'));
    EXPECT_NE(set_aside(path, false), "");
  }
  EXPECT_TRUE(fs::exists(path + ".damaged-9"));
  EXPECT_FALSE(fs::exists(path + ".damaged-10"));
}

TEST_F(SetAside, ANewerVersionIsNotDamage) {
  make_sound();
  Database(path, Database::Mode::existing).exec("PRAGMA user_version = 2");
  EXPECT_NE(set_aside(path, false).find("timings.db.newer-1"), std::string::npos);
}

TEST_F(SetAside, AnotherProgramsDatabaseIsNotOurs) {
  Database(path, Database::Mode::create).exec("CREATE TABLE cats (name)");
  EXPECT_NE(set_aside(path, false).find("damaged-1"), std::string::npos);
}

TEST_F(SetAside, LeavesItToWhoeverIsAtIt) {
  write_text(path, std::string(5000, 'x'));
  const system::UniqueFd other(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  EXPECT_EQ(set_aside(path, false), "");
  EXPECT_TRUE(fs::exists(path));
}

}  // namespace
}  // namespace dtest::history
