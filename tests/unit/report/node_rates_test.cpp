#include "report/node_rates.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace dtest::report {
namespace {

void ends(NodeRates& rates, const std::string& node, int files, int bad) {
  for (int i = 0; i < files; ++i) {
    collector::FileEnd end;
    end.path = node + std::to_string(i), end.place = {node, 1};
    end.status = i < bad ? collector::Status::failed : collector::Status::passed;
    rates.add(end);
  }
}

std::string told(const NodeRates& rates) {
  Look look;
  look.width = 200;
  return base::join(rates.lines(look), "\n");
}

TEST(NodeRates, NamesANodeThatFailsWhatOthersDoNot) {
  NodeRates rates;
  ends(rates, "bigbox", 14, 12);
  ends(rates, "local", 40, 1);
  ends(rates, "mini", 20, 0);
  EXPECT_EQ(told(rates), "NODE     bigbox fails more than the others: 12 of its 14 files were bad, 1 of 60 elsewhere; "
                         "--nodes local,mini leaves it out");
}

TEST(NodeRates, IsSilentWhereTestsFailEverywhereOrAlmostNowhere) {
  NodeRates everywhere;
  ends(everywhere, "bigbox", 20, 10);
  ends(everywhere, "local", 20, 8);
  EXPECT_EQ(told(everywhere), "");
  NodeRates seldom;
  ends(seldom, "bigbox", 20, 4);
  ends(seldom, "local", 60, 0);
  EXPECT_EQ(told(seldom), "");
  NodeRates single;
  ends(single, "local", 20, 20);
  EXPECT_EQ(told(single), "");
}

TEST(NodeRates, WhatPassedElsewhereWhenTriedAgainWasBadThere) {
  NodeRates rates;
  for (int i = 0; i < 6; ++i) {
    collector::TestRetry retry;
    retry.path = "f" + std::to_string(i), retry.place = {"bigbox", 2};
    rates.add(retry);
  }
  ends(rates, "local", 30, 0);
  EXPECT_NE(told(rates).find("6 of its 6 files were bad, 0 of 30 elsewhere"), std::string::npos);
}

}  // namespace
}  // namespace dtest::report
