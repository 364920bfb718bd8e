#include "config/manner.hpp"

#include <gtest/gtest.h>

namespace dtest::config {
namespace {

using Words = std::vector<std::string>;

TEST(Manner, IsHowTheProjectIsRunAndNotWhatOfIt) {
  const Flags flags = parse_flags(Command::run, {"-I", "extra", "--bundler=off", "--no-hooks", "-j", "4", "--failed",
                                                 "-e", "text", "-I", "more lib", "-C", "app", "a_spec.rb", "--", "-b"});
  EXPECT_EQ(manner_of(flags), (Words{"-C", "app", "--include", "extra", "--include", "more lib", "--bundler", "off",
                                     "--no-hooks"}));
  EXPECT_EQ(manner_of(parse_flags(Command::run, {"a_spec.rb"})), Words{});
}

TEST(Manner, CanBeTypedAgain) {
  const Words words{"-C", "app", "--require", "x", "--timeout", "5m", "--framework", "rspec"};
  EXPECT_EQ(manner_of(parse_flags(Command::run, words)), words);
}

TEST(Manner, OfAnEarlierRunIsTypedWhereThisOneIs) {
  EXPECT_EQ(moved({"-C", "app", "--bundler", "off"}, {"--timeout", "9"}), (Words{"--bundler", "off"}));
  EXPECT_EQ(moved({"--bundler", "off"}, {"-C", "../app"}), (Words{"-C", "../app", "--bundler", "off"}));
}

}  // namespace
}  // namespace dtest::config
