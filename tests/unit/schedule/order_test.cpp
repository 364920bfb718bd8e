#include "schedule/order.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "generator.hpp"

namespace dtest::schedule {
namespace {

File file(std::string path, std::optional<double> secs, std::uint64_t bytes = 100, bool shared = false) {
  File result{.path = std::move(path), .bytes = bytes, .uses_shared_examples = shared};
  if (secs) result.past = Past{.mean_secs = *secs, .runs = 3, .last_secs = *secs};
  return result;
}

std::vector<std::string> paths(const std::vector<File>& files) {
  std::vector<std::string> result;
  for (const auto& place : order(files, estimate(files))) result.push_back(files[place.index].path);
  return result;
}

using Paths = std::vector<std::string>;

TEST(Order, LongestFirst) {
  EXPECT_EQ(paths({file("a", 1), file("b", 3), file("c", 2)}), (Paths{"b", "c", "a"}));
}

TEST(Order, NewFilesGoBeforeKnownOnes) {
  EXPECT_EQ(paths({file("a", 100), file("small", {}, 10), file("large", {}, 20), file("shared", {}, 1, true)}),
            (Paths{"shared", "large", "small", "a"}));
}

TEST(Order, SharedExamplesMatterOnlyWhileNeverTimed) {
  EXPECT_EQ(paths({file("a", 2), file("b", 1, 100, true)}), (Paths{"a", "b"}));
}

TEST(Order, RequeuedAtTheHead) {
  auto back = file("z", 0.1), long_back = file("y", 5);
  back.requeued = long_back.requeued = true;
  EXPECT_EQ(paths({file("a", 100), file("new", {}), back, long_back}), (Paths{"y", "z", "new", "a"}));
}

TEST(Order, TiesByPath) {
  EXPECT_EQ(paths({file("c", 1, 1), file("a", 1, 2), file("b", 1, 3)}), (Paths{"a", "b", "c"}));
  EXPECT_EQ(paths({file("b", {}), file("a", {})}), (Paths{"a", "b"}));
}

TEST(Order, WithoutHistoryLargerFirst) {
  EXPECT_EQ(paths({file("a", {}, 1), file("b", {}, 3), file("c", {}, 2)}), (Paths{"b", "c", "a"}));
}

TEST(Order, AFileThatNeverFinishedLeadsTheNewOnes) {
  auto hung = file("hung", {}, 1);
  hung.past = Past{.at_least_secs = 600};
  EXPECT_EQ(paths({file("big", {}, 9'000), hung}), (Paths{"hung", "big"}));
}

TEST(Order, ReasonsSayWhatDecided) {
  const std::vector<File> files{file("a", 12.4), file("b", {}, 3'402), file("c", {}, 10, true)};
  const auto estimates = estimate(files);
  EXPECT_EQ(reason(files[0], estimates[0], Rank::known), "about 12.4s: longest first");
  EXPECT_EQ(reason(files[1], estimates[1], Rank::new_by_size), "never timed, 3 402 bytes: before the known files");
  EXPECT_EQ(reason(files[2], estimates[2], Rank::new_shared),
            "never timed, uses shared examples, 10 bytes: before the known files");
  EXPECT_EQ(reason(files[0], estimates[0], Rank::requeued), "about 12.4s, requeued: at the head");
  EXPECT_EQ(reason(files[1], Estimate{40.0, Basis::at_least}, Rank::new_by_size),
            "never finished, ran for at least 40.0s");
}

std::vector<File> some_files(Generator& random) {
  std::vector<File> files;
  const auto count = random.below(40);
  for (std::uint64_t i = 0; i < count; ++i) {
    auto one = file("f" + std::to_string(i), {}, random.below(5), random.below(3) == 0);
    if (random.below(2) == 0) one.past = Past{.mean_secs = static_cast<double>(random.below(4)), .runs = 1};
    one.requeued = random.below(10) == 0;
    files.push_back(one);
  }
  return files;
}

TEST(Order, IsAPermutationThatDoesNotDependOnTheInputsOrder) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    Generator random(seed);
    auto files = some_files(random);
    const auto once = paths(files);
    auto sorted = once;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
    EXPECT_EQ(once.size(), files.size());
    for (std::size_t i = files.size(); i > 1; --i) std::swap(files[i - 1], files[random.below(i)]);
    EXPECT_EQ(paths(files), once);
  }
}

TEST(Order, RanksNeverMix) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    Generator random(seed);
    const auto files = some_files(random);
    const auto estimates = estimate(files);
    const auto places = order(files, estimates);
    for (std::size_t i = 1; i < places.size(); ++i) {
      ASSERT_LE(places[i - 1].rank, places[i].rank);
      if (places[i].rank == Rank::known && places[i - 1].rank == Rank::known) {
        EXPECT_GE(*estimates[places[i - 1].index].secs, *estimates[places[i].index].secs);
      }
    }
  }
}

}  // namespace
}  // namespace dtest::schedule
