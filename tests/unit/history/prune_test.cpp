#include "history/prune.hpp"

#include <gtest/gtest.h>

#include "history/schema.hpp"
#include "history/table_writer.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

constexpr std::int64_t kDay = 24LL * 3600 * 1'000'000;

struct Prune : ::testing::Test {
  Database database{":memory:", Database::Mode::create};
  Prune() { prepare(database); }
  void add(const std::string& path, std::int64_t at_us) {
    auto one = timing(path, 1, at_us);
    one.examples.push_back({"[1:1]", "does", {.secs = 0.1, .status = "passed"}});
    TableWriter(database).write(one);
  }
  std::int64_t files() { return database.number("SELECT count(*) FROM files"); }
  std::int64_t examples() { return database.number("SELECT count(*) FROM examples"); }
};

const IsThere kNone = [](const std::string&) { return false; };
const IsThere kAll = [](const std::string&) { return true; };

TEST_F(Prune, ForgetsVanishedFilesAfterNinetyDays) {
  add("old", 0);
  add("young", 20 * kDay);
  EXPECT_EQ(prune(database, 100 * kDay, kNone), 1);
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(examples(), 1);
}

TEST_F(Prune, KeepsWhatExistsHoweverOld) {
  add("old", 0);
  EXPECT_EQ(prune(database, 1000 * kDay, kAll), 0);
  EXPECT_EQ(files(), 1);
}

TEST_F(Prune, TooManyRowsCostTheOldestVanishedOnes) {
  for (int i = 0; i < 10; ++i) add("f" + std::to_string(i), i);
  const KeepLimits limits{.files = 7};
  EXPECT_EQ(prune(database, kDay, [](const std::string& path) { return path == "f0"; }, limits), 3);
  EXPECT_EQ(database.number("SELECT count(*) FROM files WHERE path IN ('f1', 'f2', 'f3')"), 0);
  EXPECT_EQ(files(), 7);
}

TEST_F(Prune, LooksAtABoundedNumber) {
  for (int i = 0; i < 10; ++i) add("f" + std::to_string(i), i);
  EXPECT_EQ(prune(database, 1000 * kDay, kNone, {.looked_at = 4}), 4);
}

}  // namespace
}  // namespace dtest::history
