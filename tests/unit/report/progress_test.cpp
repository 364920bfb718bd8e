#include "report/progress.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

using namespace collector;

Progress planned() {
  Progress p;
  p.plan({.files = {{"a", 30.0, false}, {"b", 10.0, false}, {"c", std::nullopt, true}}});
  return p;
}

TEST(Progress, CountsExpectedTime) {
  Progress p = planned();  // c counts as 20
  EXPECT_DOUBLE_EQ(p.fraction(0), 0);
  p.end({.path = "a"});
  EXPECT_DOUBLE_EQ(p.fraction(0), 0.5);
  p.start({.path = "b", .place = {"local", 1}, .expect_secs = 10}, 100);
  EXPECT_DOUBLE_EQ(p.fraction(103), 33.0 / 60);
  p.requeue({.path = "b", .place = {"local", 1}});
  EXPECT_DOUBLE_EQ(p.fraction(104), 33.0 / 60) << "never falls";
  p.end({.path = "b"});
  p.end({.path = "c"});
  EXPECT_DOUBLE_EQ(p.fraction(105), 1);
}

TEST(Progress, IsNotDoneBeforeTheEnd) {
  Progress p;
  p.plan({.files = {{"a", 1000.0, false}, {"b", 0.01, false}}});
  p.end({.path = "a"});
  EXPECT_LT(p.fraction(0), 0.995);
}

TEST(Progress, AVoidAttemptsExamplesAreTakenBack) {
  Progress p = planned();
  p.add({.path = "a", .status = Status::passed, .attempt = 1, .item = 4});
  p.add({.path = "a", .status = Status::failed, .attempt = 1, .item = 5});
  p.requeue({.path = "a", .attempt = 1, .item = 5});
  EXPECT_EQ(p.counts().passed, 1U);
  EXPECT_EQ(p.counts().failed, 0U);
  p.requeue({.path = "a", .attempt = 1, .item = 5});
  EXPECT_EQ(p.counts().total(), 1U) << "once";
}

}  // namespace
}  // namespace dtest::report
