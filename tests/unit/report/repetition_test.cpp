#include "report/repetition.hpp"

#include <gtest/gtest.h>

namespace dtest::report {
namespace {

collector::FileStart start(const std::string& path, std::uint32_t runner, std::uint32_t position) {
  collector::FileStart event;
  event.path = path, event.place = {"local", runner}, event.position_on_runner = position;
  return event;
}

Failure failure(const std::string& path, std::uint32_t runner) {
  Failure f;
  f.number = 2, f.path = path, f.place = {"local", runner};
  return f;
}

TEST(Repetition, NamesTheRunAndWhereInItsTurn) {
  Repetition repetition("b0b3");
  repetition.take(start("a_spec.rb", 1, 1));
  repetition.take(start("b_spec.rb", 2, 1));
  repetition.take(start("c_spec.rb", 1, 2));
  Failure f = failure("c_spec.rb", 1);
  repetition.name(f);
  EXPECT_EQ(f.exact, "dtest reproduce b0b3:2");
  EXPECT_EQ(f.position, 2U);
}

TEST(Repetition, OfWhatNoRunnerRunsThereIsNone) {
  Repetition repetition("b0b3");
  repetition.take(start("a_spec.rb", 1, 1));
  for (Failure f : {failure("b_spec.rb", 1), failure("a_spec.rb", 2), failure("", 1)}) {
    repetition.name(f);
    EXPECT_EQ(f.exact, "") << f.path;
  }
}

TEST(Repetition, OfARunThatIsNotStoredThereIsNone) {
  Repetition repetition("");
  repetition.take(start("a_spec.rb", 1, 1));
  Failure f = failure("a_spec.rb", 1);
  repetition.name(f);
  EXPECT_EQ(f.exact, "");
  EXPECT_EQ(repetition.command(3), "");
}

TEST(Repetition, Ordinals) {
  EXPECT_EQ(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(4), "1st2nd3rd4th");
  EXPECT_EQ(ordinal(11) + ordinal(12) + ordinal(113), "11th12th113th");
  EXPECT_EQ(ordinal(21) + ordinal(102), "21st102nd");
}

}  // namespace
}  // namespace dtest::report
