#include "terminal/facts.hpp"

#include <gtest/gtest.h>

#include <map>

#include "system/fd.hpp"

namespace dtest::terminal {
namespace {

Environment with(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(Colour, TheFlagDecidesFirst) {
  EXPECT_TRUE(wants_colour(When::always, false, with({{"NO_COLOR", "1"}})));
  EXPECT_FALSE(wants_colour(When::never, true, with({{"FORCE_COLOR", "1"}})));
}

TEST(Colour, ThenTheEnvironmentThenTheTerminal) {
  EXPECT_TRUE(wants_colour(When::automatic, true, with({})));
  EXPECT_FALSE(wants_colour(When::automatic, false, with({})));
  EXPECT_FALSE(wants_colour(When::automatic, true, with({{"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}})));
  EXPECT_TRUE(wants_colour(When::automatic, true, with({{"NO_COLOR", ""}}))) << "empty is not set";
  EXPECT_TRUE(wants_colour(When::automatic, false, with({{"CLICOLOR_FORCE", "1"}})));
  EXPECT_FALSE(wants_colour(When::automatic, false, with({{"FORCE_COLOR", "0"}})));
}

TEST(Colour, WordsOfTheFlag) {
  EXPECT_EQ(when_from("auto"), When::automatic);
  EXPECT_EQ(when_from("always"), When::always);
  EXPECT_EQ(when_from("never"), When::never);
  EXPECT_FALSE(when_from("sometimes"));
}

TEST(SizeOf, APipeHasTheEnvironments) {
  system::Pipe pipe = system::make_pipe();
  EXPECT_EQ(size_of(pipe.write.get(), with({{"COLUMNS", "132"}, {"LINES", "50"}})), (Size{132, 50}));
  EXPECT_EQ(size_of(pipe.write.get(), with({{"COLUMNS", "wide"}, {"LINES", "-3"}})), (Size{80, 24}));
  EXPECT_EQ(size_of(pipe.write.get(), with({{"COLUMNS", "0"}, {"LINES", "99999999999999"}})), (Size{80, 24}));
}

TEST(FactsOf, APipeIsNoTerminal) {
  system::Pipe pipe = system::make_pipe();
  Facts facts = facts_of(pipe.write.get(), When::automatic, with({{"TERM", "xterm"}}));
  EXPECT_FALSE(facts.tty);
  EXPECT_FALSE(facts.live);
  EXPECT_FALSE(facts.colour);
}

}  // namespace
}  // namespace dtest::terminal
