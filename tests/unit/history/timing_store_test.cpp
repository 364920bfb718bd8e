#include "history/timing_store.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace dtest::history {
namespace {

TEST(TimingStore, WeighsRuns) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 4, 7));
  f.store.add(timing("a_spec.rb", 6, 8));
  const auto one = f.files().at("a_spec.rb");
  EXPECT_DOUBLE_EQ(one.past.mean_secs, 5);
  EXPECT_DOUBLE_EQ(one.past.last_secs, 6);
  EXPECT_DOUBLE_EQ(one.cpu_secs, 2.5);
  EXPECT_EQ(one.past.runs, 2u);
  EXPECT_EQ(one.status, "passed");
  EXPECT_EQ(one.updated_us, 8);
  EXPECT_EQ(f.store.warning(), "");
}

TEST(TimingStore, IsThereAtOnceForOthers) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 4));
  EXPECT_EQ(f.files().size(), 1u);
}

TEST(TimingStore, KeepsExamples) {
  Fixture f;
  auto one = timing("a_spec.rb", 4);
  one.examples.push_back({"[1:1]", "Cart is empty", {.secs = 1, .cpu_secs = 0.5, .status = "passed"}});
  one.examples.push_back({"[1:2]", "Cart sums up", {.secs = 3, .cpu_secs = 0.5, .status = "failed"}});
  f.store.add(one);
  const auto examples = f.again().examples("a_spec.rb", kPatient);
  ASSERT_EQ(examples.size(), 2u);
  EXPECT_EQ(examples[1].id, "[1:2]");
  EXPECT_EQ(examples[1].name, "Cart sums up");
  EXPECT_DOUBLE_EQ(examples[1].history.past.mean_secs, 3);
  EXPECT_EQ(examples[1].history.status, "failed");
  EXPECT_TRUE(f.again().examples("b_spec.rb", kPatient).empty());
}

TEST(TimingStore, ACutOffAttemptIsOnlyALowerBound) {
  Fixture f;
  f.store.add(timing("a_spec.rb", 4));
  FileTiming crashed{.path = "a_spec.rb", .measured = {.at_least_secs = 30, .status = "crashed"}, .at_us = 2};
  f.store.add(crashed);
  crashed.measured.at_least_secs = 20;
  f.store.add(crashed);
  auto one = f.files().at("a_spec.rb");
  EXPECT_DOUBLE_EQ(one.past.mean_secs, 4);
  EXPECT_DOUBLE_EQ(one.past.at_least_secs, 30);
  EXPECT_EQ(one.past.runs, 1u);
  EXPECT_EQ(one.status, "crashed");
  f.store.add(timing("a_spec.rb", 4));
  EXPECT_DOUBLE_EQ(f.files().at("a_spec.rb").past.at_least_secs, 0);
}

TEST(TimingStore, FinishPrunesVanishedFiles) {
  Fixture f;
  write_text(f.project + "/here_spec.rb", "");
  f.store.add(timing("here_spec.rb", 1, 0));
  f.store.add(timing("gone_spec.rb", 1, 0));
  f.store.finish({.us = 91LL * 24 * 3600 * 1'000'000});
  const auto files = f.files();
  EXPECT_EQ(files.count("here_spec.rb"), 1u);
  EXPECT_EQ(files.count("gone_spec.rb"), 0u);
}

TEST(TimingStore, AMissingProjectDirectoryPrunesNothing) {
  Fixture f;
  f.store.add(timing("gone_spec.rb", 1, 0));
  std::filesystem::remove_all(f.project);
  f.store.finish({.us = 91LL * 24 * 3600 * 1'000'000});
  Database database(f.file(), Database::Mode::existing);
  EXPECT_EQ(database.number("SELECT count(*) FROM files"), 1);
}

TEST(TimingStore, WithoutAPathNothingIsStored) {
  TimingStore store("", "/");
  store.add(timing("a", 1));
  store.finish({});
  EXPECT_EQ(store.warning(), "");
}

}  // namespace
}  // namespace dtest::history
