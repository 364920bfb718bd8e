#include "system/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace dtest::system {
namespace {

TEST(Files, ReadsSlices) {
  const support::TempDir dir;
  const std::string path = dir.put("log", "0123456789");
  EXPECT_EQ(read_slice(path, 2, 3), "234");
  EXPECT_EQ(read_slice(path, 8, 1000), "89");
  EXPECT_EQ(read_slice(path, 10, 1), "");
  EXPECT_EQ(read_slice(path, 1ULL << 62, 1), "");
  EXPECT_EQ(read_slice(dir.file("none"), 0, 1), "");
  EXPECT_EQ(file_size(path), 10U);
  EXPECT_FALSE(file_size(dir.file("none")));
}

TEST(Files, DoesNotWaitForPipesNorReadDirectories) {
  const support::TempDir dir;
  ASSERT_EQ(::mkfifo(dir.file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read_slice(dir.file("pipe"), 0, 10), "");
  EXPECT_FALSE(read_file(dir.file("pipe"), 10));
  EXPECT_FALSE(read_file(dir.path(), 10));
  EXPECT_FALSE(file_size(dir.path()));
}

TEST(Files, ReadsWholeFilesUpToALimit) {
  const support::TempDir dir;
  const std::string path = dir.put("f", std::string(100'000, 'x'));
  EXPECT_EQ(read_file(path, 100'000)->size(), 100'000U);
  EXPECT_FALSE(read_file(path, 99'999));
  EXPECT_GT(read_file("/proc/self/stat", 65536)->size(), 0U);
}

TEST(Files, WritesAtomically) {
  const support::TempDir dir;
  const std::string path = dir.put("report", "old");
  write_atomic(path, "new", 0600);
  EXPECT_EQ(dir.get("report"), "new");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(Files, AFailedWriteNamesTheFileAndLeavesNothing) {
  const support::TempDir dir;
  try {
    write_atomic(dir.file("none/report"), "x");
    FAIL();
  } catch (const base::Error& e) {
    EXPECT_EQ(e.what(), "cannot write " + dir.file("none/report") + ": No such file or directory");
    EXPECT_EQ(e.code(), base::ExitCode::no_report);
  }
  ASSERT_EQ(::mkdir(dir.file("taken").c_str(), 0700), 0);
  EXPECT_THROW(write_atomic(dir.file("taken"), "x"), base::Error);
  EXPECT_EQ(::rmdir(dir.path().c_str()), -1);
  ASSERT_EQ(::rmdir(dir.file("taken").c_str()), 0);
  EXPECT_EQ(::rmdir(dir.path().c_str()), 0);  // no temporary file was left
}

}  // namespace
}  // namespace dtest::system
