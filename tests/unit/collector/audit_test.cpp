#include "collector/audit.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/ids.hpp"

namespace dtest::collector {
namespace {

using base::Attempt;
using base::ItemId;
using protocol::Outcome;

unsigned number(Outcome outcome) { return static_cast<unsigned>(outcome); }
unsigned number(Status status) { return static_cast<unsigned>(status); }

// a: passed and failed; b: its first attempt crashed in "z", which passes in the second; c: never ran.
struct Record {
  Journal journal;
  Claims claims;

  Record() {
    for (std::uint32_t i = 0; i < 3; ++i) {
      journal.note(Said::planned, ItemId(i), {}, hash_id(std::string(1, static_cast<char>('a' + i))));
    }
    for (const char* id : {"x", "y"}) journal.note(Said::announced, ItemId(0), Attempt(1), hash_id(id));
    journal.note(Said::listed, ItemId(0), Attempt(1));
    journal.note(Said::announced, ItemId(1), Attempt(1), hash_id("z"));
    verdict(0, "x", Status::passed);
    verdict(0, "y", Status::failed);
    journal.note(Said::voided, ItemId(1), Attempt(1), hash_id("z"), number(Outcome::crashed));
    journal.note(Said::accepted, ItemId(0), Attempt(1), 0, number(Outcome::done));
    journal.note(Said::announced, ItemId(1), Attempt(2), hash_id("z"));
    journal.note(Said::listed, ItemId(1), Attempt(2));
    verdict(1, "z", Status::passed, 2);
    journal.note(Said::accepted, ItemId(1), Attempt(2), 0, number(Outcome::done));
    claims.counts.passed = 2, claims.counts.failed = 1, claims.counts.not_run = 1, claims.counts.flaky = 1;
    claims.not_run = {{"c", "", "no node left"}};
    claims.file_ends = 2, claims.test_ends = 3;
  }
  void verdict(std::uint32_t item, const char* id, Status status, std::uint32_t attempt = 1) {
    journal.note(Said::verdict, ItemId(item), Attempt(attempt), hash_id(id), number(status));
  }
};

TEST(Audit, ARecordCostsSixteenBytesAFact) { EXPECT_EQ(sizeof(Fact), 16U); }

TEST(Audit, AnHonestAccountHolds) {
  Record run;
  EXPECT_EQ(audit(run.journal, run.claims), std::vector<std::string>{});
}

TEST(Audit, EveryPlantedCorruptionIsFound) {
  const std::vector<std::function<void(Claims&)>> corruptions{
      [](Claims& c) { ++c.counts.passed; },
      [](Claims& c) { --c.counts.failed, ++c.counts.passed; },
      [](Claims& c) { c.counts.flaky = 0; },
      [](Claims& c) { c.counts.not_run = 0; },
      [](Claims& c) { c.not_run.clear(); },
      [](Claims& c) { c.not_run[0].path = "a"; },
      [](Claims& c) { c.not_run.push_back({"c", "", ""}); },
      [](Claims& c) { c.errors_outside = 1; },
      [](Claims& c) { ++c.file_ends; },
      [](Claims& c) { --c.test_ends; },
  };
  for (std::size_t i = 0; i < corruptions.size(); ++i) {
    Record run;
    corruptions[i](run.claims);
    EXPECT_FALSE(audit(run.journal, run.claims).empty()) << i;
  }
}

TEST(Audit, WhatTheLedgerForgotIsFound) {
  Record forgotten_file;
  forgotten_file.journal.note(Said::planned, ItemId(3), {}, hash_id("d"));
  EXPECT_FALSE(audit(forgotten_file.journal, forgotten_file.claims).empty());
  Record forgotten_error;
  forgotten_error.journal.note(Said::outside, kNoItem);
  EXPECT_EQ(audit(forgotten_error.journal, forgotten_error.claims),
            std::vector<std::string>{"errors outside examples: the account says 0, the record 1"});
}

TEST(Audit, WhatCameLateChangesNothing) {
  Record run;
  run.verdict(0, "w", Status::failed);
  run.verdict(1, "z", Status::failed, 1);
  run.verdict(1, "z", Status::failed, 3);
  run.journal.note(Said::accepted, ItemId(0), Attempt(1), 0, number(Outcome::done));
  EXPECT_EQ(audit(run.journal, run.claims), std::vector<std::string>{});
}

}  // namespace
}  // namespace dtest::collector
