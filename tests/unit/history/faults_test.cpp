// Whatever happens to the file, its directory or the disk: one warning, no exception, no waiting.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "history/schema.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Faults, ADamagedFileIsSetAsideByTheReader) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 1));
  fs::remove(f.file() + "-wal");
  fs::remove(f.file() + "-shm");
  write_text(f.file(), std::string(10'000, '\x07'));
  auto next = f.again();
  EXPECT_TRUE(next.load(kPatient).empty());
  EXPECT_TRUE(says(next.warning(), "damaged-1")) << next.warning();
  next.store()->add(timing("a_spec.rb", 2));
  EXPECT_DOUBLE_EQ(f.files().at("a_spec.rb").past.mean_secs, 2);
}

TEST(Faults, ADamagedFileIsSetAsideByTheWriter) {
  Fixture f;
  fs::create_directories(fs::path(f.file()).parent_path());
  write_text(f.file(), "not a database, and long enough to be looked at" + std::string(1'000, ' '));
  f.store.add(timing("a_spec.rb", 2));
  EXPECT_TRUE(says(f.store.warning(), "damaged-1")) << f.store.warning();
  EXPECT_EQ(f.files().size(), 1u);
}

TEST(Faults, DamageBehindASoundHeadIsFound) {
  Fixture f;
  for (int i = 0; i < 2'000; ++i) f.store.add(timing("spec/some/long/path/number_" + std::to_string(i), 1));
  Database(f.file(), Database::Mode::existing).number("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = fs::file_size(f.file());
  ASSERT_GT(size, 60'000u);
  {
    std::fstream file(f.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 2);
    file << std::string(size - 4096 * 2, '\x5a');
  }
  auto next = f.again();
  next.load(kPatient);
  EXPECT_TRUE(says(next.warning(), "damaged")) << next.warning();
  next.store()->add(timing("a_spec.rb", 2));
  EXPECT_TRUE(fs::exists(f.file() + ".damaged-1"));
  EXPECT_EQ(f.files().size(), 1u);
}

TEST(Faults, ANewerVersionIsSetAside) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 1));
  Database(f.file(), Database::Mode::existing).exec("PRAGMA user_version = 99");
  auto next = f.again();
  EXPECT_TRUE(next.load(kPatient).empty());
  EXPECT_TRUE(says(next.warning(), "newer version")) << next.warning();
  EXPECT_TRUE(fs::exists(f.file() + ".newer-1"));
}

TEST(Faults, AnUnusableStateDirectoryIsOneWarning) {
  TempDir dir;
  write_text(dir / "plain", "x");
  auto history = History::open(dir / "plain/state", dir.path());
  EXPECT_TRUE(history.load(kPatient).empty());
  for (int i = 0; i < 3; ++i) history.store()->add(timing("a_spec.rb", 1));
  history.store()->finish({});
  EXPECT_TRUE(says(history.warning(), "plain")) << history.warning();
  EXPECT_EQ(history.store()->dropped(), 3u);
}

TEST(Faults, AnUnusableStateDirectoryIsSeenByTheWriterToo) {
  TempDir dir;
  write_text(dir / "plain", "x");
  const auto history = History::open(dir / "plain/state", dir.path());
  history.store()->add(timing("a_spec.rb", 1));
  EXPECT_TRUE(says(history.warning(), "no times are stored")) << history.warning();
}

TEST(Faults, APipeInThePlaceOfTheFileHangsNobody) {
  Fixture f;
  fs::create_directories(fs::path(f.file()).parent_path());
  ASSERT_EQ(::mkfifo(f.file().c_str(), 0600), 0);
  f.history.load(kPatient);
  EXPECT_TRUE(says(f.history.warning(), "not a regular file"));
  auto next = f.again();
  next.store()->add(timing("a_spec.rb", 1));
  EXPECT_TRUE(says(next.warning(), "not a regular file"));
}

/// Runs `body` in a child with a small limit on the size of files, as a full disk; its exit status.
template <class Body>
int with_full_disk(rlim_t bytes, Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

TEST(Faults, AFullDiskIsOneWarningAndKeepsWhatWasThere) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 1));
  const auto full = [&] {
    const auto other = f.again();
    for (int i = 0; i < 500; ++i) other.store()->add(timing("spec/number_" + std::to_string(i), 1));
    return says(other.warning(), "no times are stored") && other.store()->dropped() > 0 ? 0 : 1;
  };
  EXPECT_EQ(with_full_disk(64 * 1024, full), 0);
  EXPECT_EQ(f.files().count("a_spec.rb"), 1u);
  EXPECT_EQ(f.history.warning(), "");
}

TEST(Faults, ADiskThatIsFullFromTheStartIsOneWarning) {
  Fixture f;
  const auto full = [&] {
    const auto other = f.again();
    other.store()->add(timing("a_spec.rb", 1));
    return other.warning().empty() ? 1 : 0;
  };
  EXPECT_EQ(with_full_disk(0, full), 0);
  EXPECT_TRUE(f.files().empty());
}

struct Locked : ::testing::Test {
  Fixture f;
  std::optional<Database> other;
  std::optional<Transaction> held;
  void SetUp() override {
    f.store.add(timing("a_spec.rb", 1));
    other.emplace(f.file(), Database::Mode::existing);
  }
  void lock() { held.emplace(*other); }
};

TEST_F(Locked, AWriterDoesNotStopReaders) {
  lock();
  auto reader = f.again();
  EXPECT_EQ(reader.load(base::Duration(0) + kPatient).size(), 1u);
  EXPECT_EQ(reader.warning(), "");
}

TEST_F(Locked, AReaderWaitsNoLongerThanItsLimit) {
  // With the rollback journal (network file systems) an exclusive lock stops readers.
  f.store.finish({.us = 1});
  TempDir dir;
  const auto history = History::open(dir / "s", dir.path());
  fs::create_directories(fs::path(history.store()->path()).parent_path());
  Database holder(history.store()->path(), Database::Mode::create);
  holder.exec("CREATE TABLE files (path); BEGIN EXCLUSIVE");
  auto reader = History::open(dir / "s", dir.path());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(reader.load(std::chrono::milliseconds(40)).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
  EXPECT_TRUE(says(reader.warning(), "another process holds")) << reader.warning();
}

TEST_F(Locked, TheWriterTriesAgainAndLosesNothing) {
  lock();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) f.store.add(timing("spec/number_" + std::to_string(i), 1));
  // One wait of kLockWait, then a pause: a hundred files do not wait a hundred times.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  held.reset();
  f.store.finish({.us = 1});
  EXPECT_EQ(f.files().size(), 101u);
  EXPECT_EQ(f.store.warning(), "");
}

TEST_F(Locked, WhatIsStillLockedAtTheEndIsCounted) {
  lock();
  f.store.add(timing("b_spec.rb", 1));
  f.store.finish({.us = 1});
  EXPECT_EQ(f.store.dropped(), 1u);
  EXPECT_TRUE(says(f.store.warning(), "another run holds")) << f.store.warning();
}

TEST_F(Locked, PendingFilesAreBounded) {
  lock();
  for (std::size_t i = 0; i < TimingStore::kMostPending + 10; ++i) f.store.add(timing("b_spec.rb", 1));
  EXPECT_EQ(f.store.dropped(), 10u);
}

}  // namespace
}  // namespace dtest::history
