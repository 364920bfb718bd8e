#include "schedule/shard.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace dtest::schedule {
namespace {

std::vector<Weighed> many(std::size_t count) {
  std::vector<Weighed> files;
  std::uint32_t x = 7;
  for (std::size_t i = 0; i < count; ++i) {
    x = x * 1664525 + 1013904223;
    files.push_back({"spec/" + std::to_string(i) + "_spec.rb", x >> 20U});
  }
  return files;
}

std::map<std::string, std::uint32_t> by_path(const std::vector<Weighed>& files, std::uint32_t parts) {
  const auto part = shards(files, parts);
  std::map<std::string, std::uint32_t> result;
  for (std::size_t i = 0; i < files.size(); ++i) result[files[i].path] = part[i];
  return result;
}

TEST(Shards, DoNotDependOnTheOrderOfTheFiles) {
  auto files = many(300);
  const auto before = by_path(files, 7);
  std::reverse(files.begin(), files.end());
  EXPECT_EQ(by_path(files, 7), before);
  std::rotate(files.begin(), files.begin() + 100, files.end());
  EXPECT_EQ(by_path(files, 7), before);
}

TEST(Shards, AreEven) {
  const auto files = many(300);
  std::vector<std::uint64_t> load(7);
  const auto part = shards(files, 7);
  for (std::size_t i = 0; i < files.size(); ++i) load.at(part[i]) += files[i].weight;
  const auto all = std::accumulate(load.begin(), load.end(), std::uint64_t{0});
  EXPECT_LT(*std::max_element(load.begin(), load.end()), all / 7 + 4096);
}

TEST(Shards, FilesWithoutWeightAreSharedOutToo) {
  std::vector<Weighed> files;
  for (const char* path : {"a", "b", "c", "d"}) files.push_back({path, 0});
  EXPECT_EQ(shards(files, 2), (std::vector<std::uint32_t>{0, 1, 0, 1}));
}

TEST(Shards, OneFileOnManyMachines) {
  EXPECT_EQ(shards({{"a", 5}}, 9), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(shards({}, 3).empty());
}

}  // namespace
}  // namespace dtest::schedule
