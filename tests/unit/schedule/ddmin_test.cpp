#include "schedule/ddmin.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <random>

namespace dtest::schedule {
namespace {

using Part = Ddmin::Part;
using Fails = std::function<bool(const Part&)>;

bool holds(const Part& part, const Part& wanted) {
  return std::includes(part.begin(), part.end(), wanted.begin(), wanted.end());
}

struct Outcome {
  Part smallest;
  std::size_t trials = 0, most = 0;
};

// As many trials at once as there are places; they end in the order that `random` draws.
Outcome run(std::size_t count, std::size_t width, const Fails& fails, unsigned seed = 1) {
  Ddmin ddmin(count, width);
  std::mt19937 random(seed);
  std::vector<Ddmin::Trial> running;
  Outcome outcome;
  while (!ddmin.done()) {
    while (running.size() < width) {
      auto trial = ddmin.next();
      if (!trial) break;
      running.push_back(*trial);
      ++outcome.trials;
    }
    outcome.most = std::max(outcome.most, running.size());
    if (running.empty()) {
      ADD_FAILURE() << "it waits for nothing";
      return outcome;
    }
    const std::size_t at = random() % running.size();
    const Ddmin::Trial ended = running[at];
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(at));
    for (std::uint64_t idle : ddmin.take(ended.number, fails(ended.part)))
      std::erase_if(running, [&](const Ddmin::Trial& trial) { return trial.number == idle; });
  }
  EXPECT_FALSE(ddmin.next());
  outcome.smallest = ddmin.smallest();
  return outcome;
}

TEST(Ddmin, FindsOneAmongMany) {
  for (std::size_t culprit : {0U, 37U, 99U}) {
    const Outcome outcome = run(100, 2, [&](const Part& part) { return holds(part, {culprit}); });
    EXPECT_EQ(outcome.smallest, Part{culprit});
    EXPECT_LE(outcome.trials, 21U);  // seven rounds of two halves, and one place that becomes free in each
  }
}

TEST(Ddmin, UsesAllPlaces) {
  const Outcome outcome = run(1000, 8, [](const Part& part) { return holds(part, {500}); });
  EXPECT_EQ(outcome.smallest, Part{500});
  EXPECT_EQ(outcome.most, 8U);
  EXPECT_LE(outcome.trials, 60U);  // four rounds of eight pieces, and what fills the places that become free
}

TEST(Ddmin, FindsThoseThatAreFarApart) {
  for (std::size_t width : {1U, 2U, 7U}) {
    const Outcome outcome = run(64, width, [](const Part& part) { return holds(part, {3, 33, 60}); });
    EXPECT_EQ(outcome.smallest, (Part{3, 33, 60})) << width;
  }
}

TEST(Ddmin, AListOfOneIsTheSmallest) {
  EXPECT_EQ(run(1, 4, [](const Part&) { return true; }).trials, 0U);
  EXPECT_EQ(run(2, 4, [](const Part& part) { return part.size() == 2; }).smallest, (Part{0, 1}));
  EXPECT_EQ(run(9, 4, [](const Part& part) { return part.size() == 9; }).smallest.size(), 9U);
}

// Whatever fails, and in whatever order the trials end: nothing can be left out of the answer.
TEST(Ddmin, NothingCanBeLeftOut) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const std::size_t count = 1 + random() % 40;
    std::vector<Part> causes(1 + random() % 3);  // any of them is enough
    for (Part& cause : causes) {
      for (std::size_t i = 0; i < count; ++i)
        if (random() % 8 == 0) cause.push_back(i);
      if (cause.empty()) cause.push_back(random() % count);
    }
    const Fails fails = [&](const Part& part) {
      return std::any_of(causes.begin(), causes.end(), [&](const Part& cause) { return holds(part, cause); });
    };
    const Part smallest = run(count, 1 + random() % 5, fails, seed).smallest;
    ASSERT_TRUE(fails(smallest)) << seed;
    for (std::size_t i = 0; i < smallest.size(); ++i) {
      Part less = smallest;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      ASSERT_FALSE(fails(less)) << seed;
    }
  }
}

TEST(Ddmin, WhatDoesNotMatterAnyMoreIsNamed) {
  Ddmin ddmin(8, 4);
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 4; ++i) numbers.push_back(ddmin.next()->number);
  EXPECT_EQ(ddmin.take(numbers[2], true), (std::vector<std::uint64_t>{numbers[0], numbers[1], numbers[3]}));
  EXPECT_EQ(ddmin.smallest(), (Part{4, 5}));
  EXPECT_TRUE(ddmin.take(numbers[0], true).empty()) << "it is of a round that is over";
  EXPECT_EQ(ddmin.smallest(), (Part{4, 5}));
}

}  // namespace
}  // namespace dtest::schedule
