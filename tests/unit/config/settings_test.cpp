#include "config/settings.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

Origin flag(const std::string& name) { return {Origin::Kind::flag, name, 0}; }
const Option& row(const std::string& name) { return *find_option(Command::run, name); }
void check(const std::string& name, const std::string& text) { check_value(row(name), text, flag("--" + name)); }

TEST(CheckValue, SaysWhatIsExpected) {
  EXPECT_ERROR(64, "--timeout: '5x' is not a time; write 10, 10s, 5m, 1h or 250ms", check("timeout", "5x"));
  EXPECT_ERROR(64, "--output-cap: '64KB' is not a size; write 4096, 64K or 1M", check("output-cap", "64KB"));
  EXPECT_ERROR(64, "--crash-retries: 'x' is not a whole number", check("crash-retries", "x"));
  EXPECT_ERROR(64, "--format: 'dots' is none of progress, files, quiet", check("format", "dots"));
  EXPECT_ERROR(64, "--runners: '0' is no number of runners", check("runners", "0"));
  EXPECT_ERROR(64, "--ruby: 'a \"b' has a quote that is not closed", check("ruby", "a \"b"));
  EXPECT_ERROR(64, "--ruby: '  ' is no command", check("ruby", "  "));
  EXPECT_ERROR(64, "--pattern: the value is empty", check("pattern", ""));
  EXPECT_ERROR(64, "--publish: endpoint ", check("publish", "x"));
}

TEST(CheckValue, KnowsRanges) {
  EXPECT_ERROR(64, "--crash-retries: '11' is out of range; from 0 to 10", check("crash-retries", "11"));
  EXPECT_ERROR(64, "--timeout: '0' is out of range; from 1ms to 604800s", check("timeout", "0"));
  EXPECT_ERROR(64, "--seed: '4294967296' is out of range; from 0 to 4294967295", check("seed", "4294967296"));
  EXPECT_ERROR(64, "--output-cap: '2M' is out of range; from 0 to 1048576", check("output-cap", "2M"));
}

TEST(CheckValue, NamesFileLineAndKey) {
  Origin origin{Origin::Kind::file, "/p/config", 7};
  EXPECT_ERROR(78, "/p/config:7: run.tmpdir: 'maybe' is neither true nor false",
               check_value(row("no-tmpdir"), "maybe", origin));
}

TEST(Settings, TheFirstSourceWinsAndListsReplace) {
  Settings settings;
  settings.offer(row("pattern"), {"a", "b"}, flag("--pattern"));
  settings.offer(row("pattern"), {"c"}, {Origin::Kind::file, "f", 1});
  ASSERT_NE(settings.find("pattern"), nullptr);
  EXPECT_EQ(settings.find("pattern")->values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings.find("pattern")->origin.text(), "--pattern");
  EXPECT_EQ(settings.find("seed"), nullptr);
}

TEST(Settings, AWrongValueIsToldEvenWhereItDoesNotCount) {
  Settings settings;
  settings.offer(row("grace"), {"2s"}, flag("--grace"));
  EXPECT_ERROR(78, "f:4: run.grace", settings.offer(row("grace"), {"soon"}, {Origin::Kind::file, "f", 4}));
}

}  // namespace
}  // namespace dtest::config
