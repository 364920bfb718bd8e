// doc/protocol.md §12: the runner that fails where others do not.
#include <gtest/gtest.h>

#include <algorithm>

#include "rig.hpp"

namespace dtest::master {
namespace {

using protocol::ItemWork;
using protocol::Outcome;
using protocol::SlotOrders;
using Lines = std::vector<std::string>;
using std::chrono::seconds;

Limits limits(std::uint32_t breaker = 3) {
  Limits limits;
  limits.breaker = breaker;
  return limits;
}

// One node with two runners unless more are asked for; each item takes place at once.
struct BreakerRig : Rig {
  explicit BreakerRig(Limits own = limits()) : Rig(own) {}

  void serve(const std::string& node, std::uint32_t runners, std::size_t items = 0) {
    add(node);
    join(node, 50);
    for (std::uint32_t slot = 1; slot <= runners; ++slot) up(node, slot);
    if (items > 0) plan(items);
  }
  void up(const std::string& node, std::uint32_t slot, std::uint32_t incarnation = 1) {
    report(node, {protocol::RunnerUp{base::Slot(slot), base::Incarnation(incarnation), 9}});
  }
  void begin(const std::string& node, std::uint32_t slot, std::uint32_t item, std::uint32_t attempt = 1) {
    report(node, {protocol::ItemStart{base::Slot(slot), base::Incarnation(1), base::ItemId(item),
                                      base::Attempt(attempt)}});
  }
  void example(const std::string& node, std::uint32_t item, const char* status, std::uint32_t attempt = 1,
               const char* type = "Broken") {
    protocol::Example e;
    e.item = base::ItemId(item);
    e.attempt = base::Attempt(attempt);
    e.id = "x" + std::to_string(item);
    e.status = status;
    if (e.status == "failed") e.exceptions.push_back({type, "no", {}, "", "", {}});
    report(node, {e});
  }
  void run(const std::string& node, std::uint32_t slot, std::uint32_t item, const char* status,
           std::uint32_t attempt = 1, const char* type = "Broken") {
    begin(node, slot, item, attempt);
    example(node, item, status, attempt, type);
    end(node, item, attempt, Outcome::done);
  }
  // Only what is decided, held or found.
  Lines news() {
    Lines found;
    for (const std::string& line : told)
      if (!line.starts_with("report ")) found.push_back(line);
    told.clear();
    return found;
  }
  [[nodiscard]] std::string orders(const std::string& node) const {
    auto all = said<SlotOrders>(node);
    std::string text;
    for (const protocol::SlotOrder& order : all.empty() ? std::vector<protocol::SlotOrder>{} : all.back().orders)
      text += order.what + std::to_string(order.slot.value) + " ";
    return text;
  }
};

TEST(Breaker, OneRunnerAloneIsComparedWithNobody) {
  BreakerRig rig;
  rig.serve("a", 1, 6);
  rig.news();
  for (std::uint32_t i = 0; i < 6; ++i) rig.run("a", 1, i, "failed");
  Lines news = rig.news();
  EXPECT_EQ(news.front(), "a 0.1 done accepted");
  EXPECT_EQ(news.size(), 6U);
}

TEST(Breaker, WhatIsSharedByAllStandsAndNothingIsTriedTwice) {
  BreakerRig rig;
  rig.serve("a", 2, 20);
  rig.news();
  for (std::uint32_t i = 0; i < 20; ++i) {
    rig.begin("a", 1 + i % 2, i);
    rig.example("a", i, "failed");
    rig.end("a", i, 1, Outcome::done);
  }
  Lines news = rig.news();
  EXPECT_EQ(std::count_if(news.begin(), news.end(), [](const auto& l) { return l.ends_with(" accepted"); }), 20);
  EXPECT_EQ(std::count_if(news.begin(), news.end(), [](const auto& l) { return l.starts_with("found"); }), 0);
  EXPECT_EQ(rig.said<ItemWork>("a").size(), 20U);
  EXPECT_EQ(rig.master.state(), Master::State::ending);
}

struct Sick : testing::Test {
  BreakerRig rig;
  // Runner 1 fails three files, runner 2 is well.
  void fail_three(std::size_t items = 9) {
    rig.serve("a", 2, items);
    rig.begin("a", 2, 8);
    rig.example("a", 8, "passed");
    for (std::uint32_t i = 0; i < 2; ++i) rig.run("a", 1, i, "failed");
    rig.example("a", 8, "passed");
    rig.news();
    rig.forget();
    rig.run("a", 1, 2, "failed");
  }
};

TEST_F(Sick, RestsWhileTwoOfItsFilesAreTriedElsewhere) {
  fail_three();
  EXPECT_EQ(rig.news(), (Lines{"a 2.1 held", "found: runner 1 rests, 3 failed, 0 of 0", "a 2.1 done doubted",
                               "a 1.1 done doubted"}));
  EXPECT_EQ(rig.orders("a"), "rest1 ");
  auto work = rig.said<ItemWork>("a");
  ASSERT_EQ(work.size(), 2U);
  EXPECT_EQ(work[0].only, std::vector<base::Slot>{base::Slot(2)});
  EXPECT_EQ(work[0].attempt, base::Attempt(2));
}

TEST_F(Sick, IsReplacedWhenTheOthersPassAndEverythingItFailedIsTriedElsewhere) {
  fail_three();
  rig.run("a", 2, 2, "passed", 2);
  rig.forget();
  rig.run("a", 2, 1, "passed", 2);
  EXPECT_EQ(rig.news(), (Lines{"a 1.2 done accepted", "a 0.1 done doubted"}));
  rig.run("a", 2, 0, "passed", 2);
  EXPECT_EQ(rig.news(), (Lines{"a 0.2 done accepted", "found: runner 1 replaced, 3 failed, 3 of 3"}));
  EXPECT_EQ(rig.orders("a"), "renew1 ");
}

TEST_F(Sick, WhatTheOldProcessStillFailsIsTriedElsewhereToo) {
  fail_three();
  rig.begin("a", 1, 3);
  for (std::uint32_t i : {2U, 1U, 0U}) rig.run("a", 2, i, "passed", 2);
  rig.news();
  rig.example("a", 3, "failed");
  rig.end("a", 3, 1, Outcome::done);
  EXPECT_EQ(rig.news(), (Lines{"a 3.1 held", "a 3.1 done doubted"}));
}

TEST_F(Sick, IsStoppedWhenItsNextProcessGoesOnSo) {
  fail_three(12);
  for (std::uint32_t i : {2U, 1U, 0U}) rig.run("a", 2, i, "passed", 2);
  rig.up("a", 1, 2);
  for (std::uint32_t i = 3; i < 5; ++i) rig.run("a", 1, i, "failed");
  rig.run("a", 2, 9, "passed");
  rig.run("a", 1, 5, "failed");
  rig.run("a", 2, 5, "passed", 2);
  rig.run("a", 2, 4, "passed", 2);
  rig.news();
  rig.run("a", 2, 3, "passed", 2);
  EXPECT_EQ(rig.news().back(), "found: runner 1 stopped, 3 failed, 3 of 3");
  EXPECT_EQ(rig.orders("a"), "stop1 ");
}

TEST_F(Sick, IsClearedWhenTheSameFailsElsewhere) {
  fail_three();
  rig.run("a", 2, 2, "failed", 2);
  rig.news();
  rig.run("a", 2, 1, "failed", 2);
  EXPECT_EQ(rig.news(), (Lines{"a 1.2 done accepted", "found: runner 1 cleared, 3 failed, 0 of 2",
                               "a 0.1 done accepted"}));
  EXPECT_EQ(rig.orders("a"), "");
}

// Runner 3 has shown that it is well, and has failed two files since.
TEST_F(Sick, WhatItFailedIsNotTriedWhereARowHasBegun) {
  rig.serve("a", 3, 12);
  rig.run("a", 1, 0, "failed");
  for (std::uint32_t slot : {2U, 3U}) rig.run("a", slot, 4 + slot, "passed");
  for (std::uint32_t item : {8U, 9U}) rig.run("a", 3, item, "failed");
  rig.run("a", 1, 1, "failed");
  rig.forget();
  rig.run("a", 1, 2, "failed");
  auto work = rig.said<ItemWork>("a");
  ASSERT_EQ(work.size(), 2U);
  EXPECT_EQ(work[0].only, std::vector<base::Slot>{base::Slot(2)});
}

TEST_F(Sick, WhatItsProcessRanJustBeforeIsKnown) {
  rig.serve("a", 2, 12);
  rig.run("a", 2, 8, "passed");
  rig.run("a", 1, 7, "passed");
  for (std::uint32_t i = 0; i < 2; ++i) rig.run("a", 1, i, "failed");
  rig.run("a", 2, 9, "passed");
  rig.run("a", 1, 2, "failed");
  ASSERT_FALSE(rig.findings.empty());
  EXPECT_EQ(rig.findings[0].before, base::ItemId(7));
}

TEST_F(Sick, TheFirstFilesOfAProcessHaveNoneBefore) {
  fail_three();
  ASSERT_FALSE(rig.findings.empty());
  EXPECT_EQ(rig.findings[0].before, std::nullopt);
}

// Runner 1 of node a has failed two files; an example of runner 2 is bad.
struct Row : testing::Test {
  static Limits retried(Limits::RetryOn on) {
    Limits own = limits();
    own.retries = 1;
    own.retry_on = on;
    return own;
  }
  static void begin_row(BreakerRig& rig, std::uint32_t failures = 2) {
    rig.serve("a", 2, 9);
    for (std::uint32_t i = 0; i < failures; ++i) rig.run("a", 1, i, "failed");
    rig.bad[3] = {"x3"};
    rig.begin("a", 2, 3);
    rig.example("a", 3, "passed");
    rig.forget();
    rig.end("a", 3, 1, Outcome::done);
  }
};

TEST_F(Row, NoRetryGoesThere) {
  for (auto on : {Limits::RetryOn::other, Limits::RetryOn::any, Limits::RetryOn::same}) {
    BreakerRig rig(retried(on));
    begin_row(rig);
    auto work = rig.said<ItemWork>("a");
    ASSERT_EQ(work.size(), 1U);
    EXPECT_EQ(work[0].item, base::ItemId(9));
    EXPECT_EQ(work[0].only, std::vector<base::Slot>{base::Slot(2)});
  }
}

TEST_F(Row, OneFailureIsNone) {
  BreakerRig rig(retried(Limits::RetryOn::any));
  begin_row(rig, 1);
  ASSERT_EQ(rig.said<ItemWork>("a").size(), 1U);
  EXPECT_TRUE(rig.said<ItemWork>("a")[0].only.empty());
}

// Of an item of node b, and the only runner of node a has failed two files: not even where another node is preferred.
TEST_F(Row, NoRetryGoesToANodeThatHasNoOtherRunner) {
  for (auto on : {Limits::RetryOn::other, Limits::RetryOn::any}) {
    BreakerRig rig(retried(on));
    rig.serve("a", 1);
    rig.add("b");
    rig.join("b", 52);
    rig.up("b", 1);
    rig.plan(9);
    auto at_a = rig.said<ItemWork>("a");
    auto at_b = rig.said<ItemWork>("b");
    ASSERT_GE(at_a.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) rig.run("a", 1, at_a[i].item.value, "failed");
    const std::uint32_t item = at_b.at(0).item.value;
    rig.bad[item] = {"x"};
    rig.begin("b", 1, item);
    rig.example("b", item, "passed");
    rig.forget();
    rig.end("b", item, 1, Outcome::done);
    EXPECT_EQ(rig.said<ItemWork>("b").size(), 1U);
    EXPECT_TRUE(rig.said<ItemWork>("a").empty());
  }
}

TEST_F(Sick, AnotherFailureElsewhereIsNotTheSame) {
  fail_three();
  rig.run("a", 2, 2, "failed", 2, "Other");
  rig.run("a", 2, 1, "failed", 2, "Other");
  rig.news();
  rig.run("a", 2, 0, "passed", 2);
  EXPECT_EQ(rig.news().back(), "found: runner 1 replaced, 3 failed, 3 of 3");
}

TEST_F(Sick, WhatPassesBetweenEndsTheRow) {
  rig.serve("a", 2, 9);
  rig.run("a", 2, 8, "passed");
  for (std::uint32_t i = 0; i < 2; ++i) rig.run("a", 1, i, "failed");
  rig.news();
  rig.run("a", 1, 2, "passed");
  EXPECT_EQ(rig.news(), (Lines{"a 2.1 done accepted", "a 0.1 done accepted", "a 1.1 done accepted"}));
}

TEST_F(Sick, DrainLetsWhatIsHeldStand) {
  fail_three();
  rig.news();
  rig.drain();
  EXPECT_EQ(rig.news(), (Lines{"a 0.1 done accepted"}));
}

TEST_F(Sick, ALostNodeLetsWhatIsHeldStand) {
  fail_three();
  rig.news();
  rig.lost("a");
  Lines news = rig.news();
  EXPECT_NE(std::find(news.begin(), news.end(), "a 0.1 done accepted"), news.end());
}

struct Crashing : testing::Test {
  BreakerRig rig{[] {
    Limits own = limits();
    own.crash_retries = 1;
    return own;
  }()};
  Crashing() {
    rig.serve("a", 2, 9);
    rig.run("a", 2, 8, "passed");
    rig.news();
    rig.forget();
  }
  void crash(std::uint32_t slot, std::uint32_t item, std::uint32_t attempt = 1) {
    rig.begin("a", slot, item, attempt);
    rig.end("a", item, attempt, Outcome::crashed);
    rig.report("a", {protocol::RunnerExit{base::Slot(slot), base::Incarnation(1), 9, "SIGSEGV", "crashed", {}}});
    rig.up("a", slot);
  }
};

TEST_F(Crashing, IsStoppedWhereItsFilesPassElsewhere) {
  for (std::uint32_t i = 0; i < 3; ++i) crash(1, i);
  EXPECT_EQ(rig.said<ItemWork>("a").front().only, std::vector<base::Slot>{base::Slot(2)}) << "not there again";
  rig.run("a", 2, 0, "passed", 2);
  EXPECT_EQ(rig.orders("a"), "");
  rig.news();
  rig.run("a", 2, 1, "passed", 2);
  EXPECT_EQ(rig.news(), (Lines{"a 1.2 done accepted", "found: runner 1 stopped, 3 failed, 2 of 2"}));
  EXPECT_EQ(rig.orders("a"), "stop1 ");
}

TEST_F(Crashing, GoesOnWhereItsFilesCrashElsewhereToo) {
  for (std::uint32_t i = 0; i < 4; ++i) crash(1, i);
  for (std::uint32_t i = 0; i < 4; ++i) crash(2, i, 2);
  EXPECT_EQ(rig.orders("a"), "");
  const Lines news = rig.news();
  EXPECT_EQ(std::count_if(news.begin(), news.end(), [](const auto& l) { return l.starts_with("found"); }), 0);
}

TEST_F(Crashing, AFileThatPassesThereEndsTheRow) {
  for (std::uint32_t i = 0; i < 2; ++i) crash(1, i);
  rig.run("a", 1, 4, "passed");
  crash(1, 2);
  for (std::uint32_t i = 0; i < 3; ++i) rig.run("a", 2, i, "passed", 2);
  EXPECT_EQ(rig.orders("a"), "");
}

TEST(Breaker, WaitsForWhoHasNotShownYetWhetherItIsWell) {
  BreakerRig rig;
  rig.serve("a", 2, 9);
  rig.begin("a", 2, 8);
  rig.news();
  for (std::uint32_t i = 0; i < 3; ++i) rig.run("a", 1, i, "failed");
  EXPECT_EQ(rig.news().back(), "found: runner 1 rests, 3 failed, 0 of 0");
  rig.example("a", 8, "passed");
  EXPECT_EQ(rig.news(), (Lines{"a 2.1 done doubted", "a 1.1 done doubted"}));
}

TEST(Breaker, WaitsNoLongerWhenTheOtherFailsToo) {
  BreakerRig rig;
  rig.serve("a", 2, 9);
  rig.begin("a", 2, 8);
  for (std::uint32_t i = 0; i < 3; ++i) rig.run("a", 1, i, "failed");
  rig.news();
  rig.example("a", 8, "failed");
  EXPECT_EQ(rig.news().front(), "found: runner 1 cleared, 3 failed, 0 of 0");
  EXPECT_EQ(rig.orders("a"), "");
}

TEST(Breaker, ARunnerDoesNotWaitForEver) {
  BreakerRig rig;
  rig.serve("a", 2, 9);
  rig.begin("a", 2, 8);
  for (std::uint32_t i = 0; i < 3; ++i) rig.run("a", 1, i, "failed");
  rig.news();
  for (int i = 0; i < 11; ++i) {
    rig.pass(seconds(1));
    rig.beat("a");
  }
  EXPECT_EQ(rig.news().front(), "found: runner 1 cleared, 3 failed, 0 of 0");
}

TEST(Breaker, ClearedItTakesTwiceAsMany) {
  BreakerRig rig;
  rig.serve("a", 2, 20);
  rig.begin("a", 2, 19);
  for (std::uint32_t i = 0; i < 3; ++i) rig.run("a", 1, i, "failed");
  rig.example("a", 19, "passed");
  rig.run("a", 2, 2, "failed", 2);
  rig.run("a", 2, 1, "failed", 2);
  rig.run("a", 2, 18, "passed");
  rig.news();
  for (std::uint32_t i = 3; i < 8; ++i) rig.run("a", 1, i, "failed");
  Lines news = rig.news();
  EXPECT_EQ(std::count_if(news.begin(), news.end(), [](const auto& l) { return l.starts_with("found"); }), 0);
  rig.run("a", 2, 17, "passed");
  rig.run("a", 1, 8, "failed");
  EXPECT_EQ(rig.news()[2], "found: runner 1 rests, 6 failed, 0 of 0");
}

TEST(Breaker, SlowFailuresAreNotOfTheSurroundings) {
  BreakerRig rig;
  rig.serve("a", 2, 4);
  rig.begin("a", 1, 0);
  rig.example("a", 0, "failed");
  protocol::ItemEnd end;
  end.item = base::ItemId(0);
  end.attempt = base::Attempt(1);
  end.took = seconds(31);
  rig.news();
  rig.report("a", {end});
  EXPECT_EQ(rig.news(), (Lines{"a 0.1 done accepted"}));
}

TEST(Breaker, ZeroIsOff) {
  BreakerRig rig(limits(0));
  rig.serve("a", 2, 9);
  rig.run("a", 2, 8, "passed");
  rig.news();
  for (std::uint32_t i = 0; i < 8; ++i) rig.run("a", 1, i, "failed");
  EXPECT_EQ(rig.news().size(), 8U);
}

TEST(Breaker, WhatIsHeldAtTheEndStands) {
  BreakerRig rig;
  rig.serve("a", 2, 2);
  rig.run("a", 2, 1, "passed");
  rig.news();
  rig.run("a", 1, 0, "failed");
  EXPECT_EQ(rig.news(), (Lines{"a 0.1 held", "a 0.1 done accepted"}));
  EXPECT_EQ(rig.master.state(), Master::State::ending);
}

TEST(Breaker, ANodeWithoutAnyRunnerLeftIsLeftOut) {
  BreakerRig rig;
  rig.serve("a", 1);
  rig.serve("b", 1, 20);
  for (std::uint32_t process = 1; process <= 2; ++process) {
    rig.up("b", 1, process);
    std::vector<std::uint32_t> mine;
    for (const ItemWork& work : rig.said<ItemWork>("b")) mine.push_back(work.item.value);
    ASSERT_GE(mine.size(), process * 3);
    auto others = rig.said<ItemWork>("a");
    for (std::uint32_t i = 0; i < 3; ++i) {
      rig.run("b", 1, mine[process * 3 - 3 + i], "failed");
      if (i == 0) rig.run("a", 1, others[process].item.value, "passed");
    }
    for (std::uint32_t i = 3; i > 0; --i) rig.run("a", 1, mine[process * 3 - 4 + i], "passed", 2);
  }
  EXPECT_FALSE(rig.said<protocol::Bye>("b").empty());
  rig.news();
  rig.report("b", {protocol::Closed{}});
  EXPECT_EQ(rig.news().back().substr(0, 6), "gone b");
}

}  // namespace
}  // namespace dtest::master
