#include "config/flags.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

using List = std::vector<std::string>;

Flags run(const List& arguments) { return parse_flags(Command::run, arguments); }

List values(const Flags& flags, const std::string& name) {
  for (const Setting& setting : flags.settings) {
    if (setting.option->name == name) return setting.values;
  }
  return {};
}

TEST(ParseFlags, TakesEveryWayOfWriting) {
  for (const List& way : {List{"-j4"}, List{"-j", "4"}, List{"--runners=4"}, List{"--runners", "4"}}) {
    EXPECT_EQ(values(run(way), "runners"), List{"4"}) << way.front();
  }
  EXPECT_EQ(values(run({"-j", "-2"}), "runners"), List{"-2"});
  EXPECT_EQ(values(run({"-j-2"}), "runners"), List{"-2"});
  EXPECT_EQ(values(run({"--no-tmpdir"}), "no-tmpdir"), List{"false"});
  EXPECT_EQ(values(run({"--first-is-empty"}), "first-is-empty"), List{"true"});
  EXPECT_EQ(values(run({"-I", "a", "-Ib", "-r", "c"}), "include"), (List{"a", "b"}));
}

TEST(ParseFlags, AnOptionalValueNeverEatsAPath) {
  Flags flags = run({"--fail-fast", "spec/a_spec.rb"});
  EXPECT_EQ(values(flags, "fail-fast"), List{"1"});
  EXPECT_EQ(flags.positionals, List{"spec/a_spec.rb"});
  EXPECT_EQ(values(run({"--fail-fast=3"}), "fail-fast"), List{"3"});
}

TEST(ParseFlags, PathsMayStandBetweenFlags) {
  EXPECT_EQ(run({"a/b.rb", "-j", "2", "c.rb:4"}).positionals, (List{"a/b.rb", "c.rb:4"}));
}

TEST(ParseFlags, TheFirstDashesEndOurFlags) {
  Flags flags = run({"spec/a.rb", "--", "-e", "x", "--", "--seed"});
  EXPECT_TRUE(flags.dashes);
  EXPECT_EQ(flags.positionals, List{"spec/a.rb"});
  EXPECT_EQ(flags.after_dashes, (List{"-e", "x", "--", "--seed"}));
}

TEST(ParseFlags, NeverGuessesFromAPrefix) {
  EXPECT_ERROR(64, "unknown flag '--runner'; did you mean '--runners'? see 'dtest run --help'", run({"--runner", "4"}));
  EXPECT_ERROR(64, "unknown flag '--fail-fas'; did you mean '--fail-fast'?", run({"--fail-fas=3"}));
}

TEST(ParseFlags, NamesWhatItDoesNotKnow) {
  EXPECT_ERROR(64, "unknown flag '--zebra'; flags of the test framework come after '--'; see 'dtest run --help'",
               run({"--zebra"}));
  EXPECT_ERROR(64, "examples are chosen by name with '-e TEXT'", run({"-n", "name"}));
  EXPECT_ERROR(64, "'--name' means nothing to dtest list; examples are chosen by name with '-e TEXT'",
               parse_flags(Command::list, {"--name", "x"}));
  EXPECT_ERROR(64, "'--limit' is a flag of dtest history, dtest slow and dtest flaky, not of dtest run",
               run({"--limit", "3"}));
  EXPECT_ERROR(64, "'-j' is a flag of dtest run and dtest bisect, not of dtest list", parse_flags(Command::list, {"-j4"}));
  EXPECT_ERROR(64, "unknown flag '-q'; see 'dtestd --help'", parse_flags(Command::daemon, {"-q"}));
}

TEST(ParseFlags, DashNNamesAllThreeRightFlags) {
  for (const List& way : {List{"-n", "4"}, List{"-n4"}, List{"-n"}}) {
    EXPECT_ERROR(64, "'-j N'", run(way));
    EXPECT_ERROR(64, "'-e TEXT'", run(way));
    EXPECT_ERROR(64, "'dtest list'", run(way));
  }
}

TEST(ParseFlags, SaysWhichValueIsMissingOrTooMuch) {
  EXPECT_ERROR(64, "needs a value; see 'dtest run --help'", run({"--seed"}));
  EXPECT_ERROR(64, "nothing follows '='", run({"--seed="}));
  EXPECT_ERROR(64, "'--no-tmpdir' takes no value", run({"--no-tmpdir=1"}));
  EXPECT_ERROR(64, "'--pattern' needs a value, and '--zebra' looks like a flag; write '--pattern=--zebra'",
               run({"--pattern", "--zebra"}));
  EXPECT_ERROR(64, "needs a value", run({"--pattern", "--fail-fast"}));
  EXPECT_ERROR(64, "an argument is empty", run({"--pattern", ""}));
}

TEST(ParseFlags, AnOptionThatTakesOneValueIsGivenOnce) {
  EXPECT_ERROR(64, "'--runners' is given twice, as '4' and as '8'", run({"-j4", "--runners", "8"}));
  EXPECT_EQ(values(run({"-j4", "-j4"}), "runners"), List{"4"});
}

TEST(ParseFlags, RemembersTheOrigin) {
  EXPECT_EQ(run({"-j4"}).settings[0].origin.text(), "--runners");
  EXPECT_EQ(parse_flags(Command::run, {"-j4"}, "DTEST_OPTS").settings[0].origin.text(), "DTEST_OPTS --runners");
}

}  // namespace
}  // namespace dtest::config
