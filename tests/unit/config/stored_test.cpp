// The commands about stored runs.
#include "config/invocation.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

StoredOptions stored(const std::vector<std::string>& arguments) {
  TempDir dir;
  return std::get<StoredOptions>(read_dtest(arguments, dir.around()).options);
}

std::string refusal(const std::vector<std::string>& arguments) {
  return error_of([&] { stored(arguments); }).second;
}

TEST(Stored, ShowTakesARunAndAFailure) {
  EXPECT_EQ(stored({"show"}).run, "");
  EXPECT_EQ(stored({"show"}).failure, 0U);
  EXPECT_EQ(stored({"show", "b0b3"}).run, "b0b3");
  EXPECT_EQ(stored({"show", "b0b3", "2"}).failure, 2U);
  EXPECT_EQ(stored({"show", "latest", "12"}).run, "latest");
  EXPECT_EQ(stored({"show", "b0b3:7"}).run, "b0b3");
  EXPECT_EQ(stored({"show", "b0b3:7"}).failure, 7U);
}

TEST(Stored, UpToThreeDigitsAreAFailureMoreARun) {
  EXPECT_EQ(stored({"show", "123"}).failure, 123U);
  EXPECT_EQ(stored({"show", "123"}).run, "");
  EXPECT_EQ(stored({"show", "1234"}).run, "1234");
}

TEST(Stored, DashNumbersCountBack) {
  EXPECT_EQ(stored({"show", "-1"}).run, "latest~1");
  EXPECT_EQ(stored({"show", "-2", "3"}).run, "latest~2");
  EXPECT_EQ(stored({"show", "-2", "3"}).failure, 3U);
  EXPECT_EQ(stored({"slow", "-10"}).run, "latest~10");
  TempDir dir;
  const auto asked = [&](const std::vector<std::string>& words) { return read_dtest(words, dir.around()).options; };
  EXPECT_EQ(std::get<ReportOptions>(asked({"report", "-1", "--junit", "x"})).source, "latest~1");
  EXPECT_EQ(std::get<BisectOptions>(asked({"bisect", "-1:2"})).failure, "latest~1:2");
  EXPECT_EQ(std::get<BisectOptions>(asked({"bisect", "-1:2", "-j", "-1"})).runners.kind, Runners::Kind::all_but);
  EXPECT_EQ(std::get<RunOptions>(asked({"reproduce", "-1:2"})).wanted.reproduce, "latest~1:2");
  EXPECT_EQ(std::get<RunOptions>(asked({"--resume", "-2"})).wanted.resume, "latest~2");
  EXPECT_EQ(std::get<RunOptions>(asked({"--resume=-2", "-j", "-1"})).wanted.resume, "latest~2");
  EXPECT_EQ(std::get<ListOptions>(asked({"list", "--reproduce=-1:2"})).wanted.reproduce, "latest~1:2");
}

TEST(Stored, TellsWhatIsTooMuchOrNoFailure) {
  EXPECT_TRUE(has(refusal({"show", "b0b3", "x"}), "'x' is not the number of a failure"));
  EXPECT_TRUE(has(refusal({"show", "b0b3:"}), "names no failure"));
  EXPECT_TRUE(has(refusal({"show", "b0b3:0"}), "'0' is not the number of a failure"));
  EXPECT_TRUE(has(refusal({"show", "a", "1", "2"}), "'2' is one argument too many; see 'dtest show --help'"));
  EXPECT_TRUE(has(refusal({"history", "b0b3"}), "'b0b3' is one argument too many"));
  EXPECT_TRUE(has(refusal({"flaky", "x"}), "one argument too many"));
  EXPECT_TRUE(has(refusal({"show", "--limit", "2"}), "not of dtest show"));
  EXPECT_TRUE(has(refusal({"history", "--limit", "0"}), "--limit"));
}

TEST(Stored, TakesTheProjectFromTheDirectory) {
  TempDir dir;
  auto options = std::get<StoredOptions>(read_dtest({"history", "--limit", "5", "--json"}, dir.around()).options);
  EXPECT_EQ(options.directory, dir.around().directory);
  EXPECT_EQ(options.command, Command::history);
  EXPECT_EQ(options.limit, 5U);
  EXPECT_TRUE(options.json);
  EXPECT_TRUE(has(refusal({"history", "-C", "/nowhere/at/all"}), "is not a directory"));
}

TEST(Whole, IsARunThatChoosesNoPart) {
  TempDir dir;
  auto whole = [&](const std::vector<std::string>& arguments) {
    return std::get<RunOptions>(read_dtest(arguments, dir.around()).options).whole;
  };
  EXPECT_TRUE(whole({}));
  EXPECT_TRUE(whole({"-j2", "--seed", "4"}));
  EXPECT_FALSE(whole({"run", "spec/a_spec.rb"}));
  EXPECT_FALSE(whole({"--", "--tag", "slow"}));
  EXPECT_FALSE(whole({"--pattern", "spec/**/*_spec.rb"}));
  EXPECT_FALSE(whole({"--exclude", "x"}));
}

TEST(Wanted, PlanAndReproduceAreRuns) {
  TempDir dir;
  auto run = [&](const std::vector<std::string>& arguments) {
    return std::get<RunOptions>(read_dtest(arguments, dir.around()).options);
  };
  EXPECT_TRUE(run({"plan", "-j2", "--json"}).dry_run);
  EXPECT_FALSE(run({"run"}).dry_run);
  EXPECT_EQ(run({"reproduce", "b0b3:2"}).wanted.reproduce, "b0b3:2");
  EXPECT_EQ(run({"--next-failure"}).fail_fast, 1U);
  EXPECT_TRUE(run({"--next-failure"}).wanted.failed);
  EXPECT_EQ(run({"--changed"}).wanted.changed, "HEAD");
  EXPECT_EQ(run({"--changed=main", "spec/a_spec.rb"}).wanted.changed, "main");
  EXPECT_EQ(run({"--shard", "2/4"}).wanted.shard, 2U);
  EXPECT_EQ(run({"--shard", "2/4"}).wanted.shards, 4U);
  EXPECT_EQ(run({"--files-from", "list"}).wanted.files_from, dir.file("list"));
  EXPECT_EQ(run({"--files-from", "-"}).wanted.files_from, "-");
}

TEST(Wanted, ContradictionsAreTold) {
  TempDir dir;
  auto refused = [&](const std::vector<std::string>& arguments) {
    return error_of([&] { read_dtest(arguments, dir.around()); }).second;
  };
  EXPECT_TRUE(has(refused({"--failed", "--resume", "latest"}), "--failed and --resume choose tests in different ways"));
  EXPECT_TRUE(has(refused({"--json"}), "--json goes with --dry-run"));
  for (const char* shard : {"0/3", "4/3", "x", "1", "1/0", "1/", "/2", "1/10001"})
    EXPECT_TRUE(has(refused({"--shard", shard}), "write I/N")) << shard;
  EXPECT_TRUE(has(refused({"reproduce"}), "needs a value"));
}

}  // namespace
}  // namespace dtest::config
