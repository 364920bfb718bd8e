#include "collector/ledger.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/sanitized.hpp"

namespace dtest::collector {
namespace {

using base::Attempt;
using base::ItemId;
using master::Decision;
using protocol::Outcome;

constexpr ItemId kItem{0};

Ledger one_file() {
  Ledger ledger;
  ledger.add(kItem, "a", 2.5);
  return ledger;
}

void announce(Ledger& ledger, std::vector<std::string> ids, Attempt attempt = Attempt(1), ItemId item = kItem) {
  protocol::ExampleList list{item, attempt, 0, false, {}};
  for (std::string& id : ids) list.examples.push_back({std::move(id), 1, "name"});
  ledger.announce(list);
}

Taken verdict(Ledger& ledger, const std::string& id, Status status, Attempt attempt = Attempt(1)) {
  protocol::Example example;
  example.item = kItem, example.attempt = attempt, example.id = id;
  return ledger.verdict(example, status);
}

protocol::ItemEnd end_of(Outcome outcome, Attempt attempt = Attempt(1), ItemId item = kItem) {
  protocol::ItemEnd end;
  end.item = item, end.attempt = attempt, end.outcome = outcome;
  return end;
}

TEST(Ledger, VerdictsAreProvisionalUntilAccepted) {
  Ledger ledger = one_file();
  announce(ledger, {"x"});
  verdict(ledger, "x", Status::failed);
  EXPECT_EQ(ledger.counts().failed, 1U);
  EXPECT_EQ(ledger.final_counts().failed, 0U);
  Over over = ledger.over(end_of(Outcome::done), Decision::accepted);
  EXPECT_EQ(ledger.final_counts().failed, 1U);
  EXPECT_EQ(over.file->status, Status::failed);
  EXPECT_EQ(ledger.files_done(), 1U);
}

TEST(Ledger, ARepeatedAttemptIsVoid) {
  Ledger ledger = one_file();
  verdict(ledger, "x", Status::failed);
  protocol::OutsideError error;
  error.item = kItem, error.attempt = Attempt(1);
  ledger.error_outside(error);
  EXPECT_EQ(ledger.errors_outside(), 1U);
  EXPECT_EQ(ledger.queued(), 0U);
  EXPECT_FALSE(ledger.over(end_of(Outcome::stopped), Decision::repeated).settled);
  EXPECT_EQ(ledger.counts().total(), 0U);
  EXPECT_EQ(ledger.errors_outside(), 0U);
  EXPECT_EQ(ledger.queued(), 1U);
  EXPECT_TRUE(ledger.is_queued(kItem));
}

TEST(Ledger, TheFirstAcceptedAttemptIsFinal) {
  Ledger ledger = one_file();
  announce(ledger, {});
  ledger.over(end_of(Outcome::done), Decision::accepted);
  EXPECT_TRUE(ledger.over(end_of(Outcome::done), Decision::accepted).stale);
  EXPECT_TRUE(ledger.over(end_of(Outcome::done, Attempt(2)), Decision::accepted).stale);
  EXPECT_TRUE(verdict(ledger, "x", Status::failed, Attempt(2)).stale);
  EXPECT_FALSE(ledger.start(kItem, Attempt(2)));
  EXPECT_EQ(ledger.counts().total(), 0U);
}

TEST(Ledger, WhatFailedAndThenPassesIsFlaky) {
  Ledger ledger = one_file();
  announce(ledger, {"x", "y"});
  verdict(ledger, "x", Status::failed);
  ledger.over(end_of(Outcome::stopped), Decision::repeated);
  announce(ledger, {"x", "y"}, Attempt(2));
  EXPECT_TRUE(verdict(ledger, "x", Status::passed, Attempt(2)).flaky);
  EXPECT_FALSE(verdict(ledger, "y", Status::passed, Attempt(2)).flaky);
  EXPECT_TRUE(ledger.over(end_of(Outcome::done, Attempt(2)), Decision::accepted).file->flaky);
  EXPECT_EQ(ledger.counts().flaky, 1U);
  EXPECT_EQ(ledger.flaky_files(), 1U);
}

TEST(Ledger, ACrashThatNoExampleExplainsMakesTheFileFlaky) {
  Ledger ledger = one_file();
  ledger.over(end_of(Outcome::crashed), Decision::repeated);
  announce(ledger, {"x"}, Attempt(2));
  verdict(ledger, "x", Status::passed, Attempt(2));
  EXPECT_TRUE(ledger.over(end_of(Outcome::done, Attempt(2)), Decision::accepted).file->flaky);
  EXPECT_EQ(ledger.counts().flaky, 0U);
}

TEST(Ledger, AnErrorOutsideMakesTheFileAnError) {
  Ledger ledger = one_file();
  announce(ledger, {});
  protocol::OutsideError error;
  ledger.error_outside(error);
  error.item = kItem, error.attempt = Attempt(1);
  ledger.error_outside(error);
  EXPECT_EQ(ledger.over(end_of(Outcome::done), Decision::accepted).file->status, Status::error);
  EXPECT_EQ(ledger.errors_outside(), 2U);
}

TEST(Ledger, CloseAccountsForTheRest) {
  Ledger ledger = one_file();
  ledger.add(ItemId(3), "b");
  verdict(ledger, "x", Status::passed);
  ledger.close("no node left");
  ASSERT_EQ(ledger.not_run().size(), 2U);
  EXPECT_EQ(ledger.not_run()[0].reason, "cut off before its end: no node left");
  EXPECT_EQ(ledger.not_run()[1].path, "b");
  EXPECT_EQ(ledger.counts().not_run, 2U);
  EXPECT_EQ(ledger.counts().passed, 1U) << "what was heard of it stands";
  EXPECT_EQ(ledger.settled(), 2U);
}

TEST(Ledger, CloseEndsAFileThatRanInPart) {
  Ledger ledger = one_file();
  ledger.add(ItemId(1), "a");
  announce(ledger, {"x"});
  verdict(ledger, "x", Status::passed);
  ledger.over(end_of(Outcome::done), Decision::accepted);
  auto ended = ledger.close("no node left");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].file->status, Status::not_run);
  EXPECT_EQ(ended[0].file->counts.not_run, 1U);
}

TEST(Ledger, KnowsOnlyWhatWasPlanned) {
  Ledger ledger = one_file();
  EXPECT_THROW(ledger.add(kItem, "b"), std::logic_error);
  EXPECT_FALSE(ledger.start(ItemId(7), Attempt(1)));
  EXPECT_TRUE(ledger.over(end_of(Outcome::done, Attempt(1), ItemId(7)), Decision::accepted).stale);
  EXPECT_FALSE(ledger.start(kItem, Attempt(0)));
  EXPECT_DOUBLE_EQ(*ledger.expect_secs(kItem), 2.5);
}

TEST(Ledger, ManyFiles) {
  constexpr std::uint32_t kMany = support::kSanitized ? 50'000 : 1'000'000;
  Ledger ledger;
  for (std::uint32_t i = 0; i < kMany; ++i) ledger.add(ItemId(i), "spec/" + std::to_string(i) + "_spec.rb");
  EXPECT_EQ(ledger.files(), kMany);
}

}  // namespace
}  // namespace dtest::collector
