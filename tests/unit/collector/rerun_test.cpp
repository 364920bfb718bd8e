#include "collector/rerun.hpp"

#include <gtest/gtest.h>

namespace dtest::collector {
namespace {

std::string what(const Whereabouts& example) { return how_named(example); }

TEST(Rerun, ByPathAndLine) { EXPECT_EQ(what({"a_spec.rb", "a_spec.rb", 42, "./a_spec.rb[1:1]"}), "a_spec.rb:42"); }

TEST(Rerun, ByIdWhereTheLineIsShared) {
  EXPECT_EQ(what({"a_spec.rb", "a_spec.rb", 42, "./a_spec.rb[1:1]", false}), "./a_spec.rb[1:1]");
  EXPECT_EQ(what({"a_spec.rb", "spec/shared.rb", 42, "./a_spec.rb[1:1]"}), "./a_spec.rb[1:1]");
}

TEST(Rerun, AnIdThatIsNoArgument) {
  EXPECT_EQ(what({"test/a_test.rb", "", 42, "ATest#test_b", false}), "test/a_test.rb:42");
  EXPECT_EQ(what({"test/a_test.rb", "", 0, "ATest#test_b"}), "test/a_test.rb");
}

TEST(Uid, DependsOnFrameworkAndId) {
  EXPECT_EQ(uid("rspec", "x"), uid("rspec", "x"));
  EXPECT_NE(uid("rspec", "x"), uid("minitest", "x"));
  EXPECT_NE(uid("rspec", "x"), uid("rspec", "y"));
  EXPECT_EQ(uid("rspec", "x").size(), 16U);
}

}  // namespace
}  // namespace dtest::collector
