#include "config/invocation.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;

RunOptions run(const List& arguments, const Surroundings& around) {
  return std::get<RunOptions>(read_dtest(arguments, around).options);
}

std::string origin(const DtestAsked& asked, const std::string& name) {
  for (const Setting& setting : asked.settings) {
    if (setting.option->name == name) return setting.origin.text();
  }
  return "none";
}

TEST(ReadDtest, NothingSaidIsWhatTheStructSays) {
  TempDir dir;
  RunOptions said = run({}, dir.around());
  RunOptions plain;
  EXPECT_EQ(said.selection.directory, dir.path());
  EXPECT_EQ(said.selection.ruby, plain.selection.ruby);
  EXPECT_EQ(said.selection.bundler, plain.selection.bundler);
  EXPECT_EQ(said.runners, plain.runners);
  EXPECT_EQ(said.seed, plain.seed);
  EXPECT_EQ(said.preload, plain.preload);
  EXPECT_EQ(std::tie(said.first_is_empty, said.tmpdir, said.fail_fast, said.timeout, said.grace),
            std::tie(plain.first_is_empty, plain.tmpdir, plain.fail_fast, plain.timeout, plain.grace));
  EXPECT_EQ(std::tie(said.crash_retries, said.flaky_fails, said.format, said.color, said.history),
            std::tie(plain.crash_retries, plain.flaky_fails, plain.format, plain.color, plain.history));
  EXPECT_EQ(std::tie(said.slow_file, said.slow_test, said.output_cap, said.events, said.publish),
            std::tie(plain.slow_file, plain.slow_test, plain.output_cap, plain.events, plain.publish));
}

TEST(ReadDtest, CopiesOnlyWhenAsked) {
  TempDir dir;
  EXPECT_FALSE(run({}, dir.around()).copy);
  RunOptions o = run({"--copy", "--copy-exclude", "/a/", "--copy-exclude=*.iso"}, dir.around());
  EXPECT_TRUE(o.copy);
  EXPECT_EQ(o.copy_excludes, (List{"/a/", "*.iso"}));
  dir.write(".distributest/config", "[run]\ncopy = yes\ncopy-exclude = /b/\n");
  EXPECT_TRUE(run({}, dir.around()).copy);
  EXPECT_EQ(run({}, dir.around()).copy_excludes, List{"/b/"});
}

TEST(ReadDtest, DebugTakesOnePathAndWhatARunnerNeeds) {
  TempDir dir;
  auto debug = [&](const List& arguments) {
    return std::get<DebugOptions>(read_dtest(arguments, dir.around()).options);
  };
  DebugOptions o = debug({"debug", "spec/a_spec.rb:4", "--seed=7", "--first-is-empty", "--no-tmpdir", "--no-hooks",
                          "-Ilib", "--ruby", "jruby -w", "--", "--tag", "x"});
  EXPECT_EQ(o.selection.paths, List{"spec/a_spec.rb:4"});
  EXPECT_EQ(o.selection.ruby, (List{"jruby", "-w"}));
  EXPECT_EQ(o.selection.includes, List{"lib"});
  EXPECT_EQ(o.selection.framework_args, (List{"--tag", "x"}));
  EXPECT_EQ(o.seed, 7);
  EXPECT_TRUE(o.first_is_empty);
  EXPECT_FALSE(o.tmpdir);
  EXPECT_FALSE(o.hooks.wanted);
  EXPECT_TRUE(debug({"debug", "a"}).hooks.wanted);
  EXPECT_FALSE(debug({"debug", "a"}).hooks.places.empty());
  EXPECT_ERROR(64, "dtest debug takes one PATH:LINE", debug({"debug"}));
  EXPECT_ERROR(64, "dtest debug takes one PATH:LINE", debug({"debug", "a:1", "b:2"}));
  EXPECT_ERROR(64, "-j", debug({"debug", "a:1", "-j2"}));
}

TEST(ReadDtest, EveryFlagReachesItsField) {
  TempDir dir;
  RunOptions o = run({"run",
                      "spec/a_spec.rb:4",
                      "-j3",
                      "--pattern",
                      "a",
                      "--exclude",
                      "b",
                      "-Ic",
                      "-rd",
                      "--seed",
                      "7",
                      "--fail-fast=2",
                      "--timeout",
                      "5m",
                      "--crash-retries",
                      "0",
                      "--events",
                      "e.jsonl",
                      "--publish",
                      "ipc:///tmp/e",
                      "-f",
                      "files",
                      "--color",
                      "never",
                      "--preload",
                      "off",
                      "--bundler",
                      "off",
                      "--first-is-empty",
                      "--no-tmpdir",
                      "--grace",
                      "250ms",
                      "--slow-file",
                      "1",
                      "--slow-test",
                      "2",
                      "--output-cap",
                      "1K",
                      "--flaky",
                      "fail",
                      "--ruby",
                      "rbenv exec ruby",
                      "--no-history",
                      "--",
                      "-t",
                      "x"},
                     dir.around());
  EXPECT_EQ(o.selection.paths, List{"spec/a_spec.rb:4"});
  EXPECT_EQ(o.selection.patterns, List{"a"});
  EXPECT_EQ(o.selection.excludes, List{"b"});
  EXPECT_EQ(o.selection.includes, List{"c"});
  EXPECT_EQ(o.selection.requires_, List{"d"});
  EXPECT_EQ(o.selection.framework_args, (List{"-t", "x"}));
  EXPECT_EQ(o.selection.ruby, (List{"rbenv", "exec", "ruby"}));
  EXPECT_EQ(o.selection.bundler, "off");
  EXPECT_EQ(o.runners, (Runners{Runners::Kind::count, 3}));
  EXPECT_EQ(o.seed, 7);
  EXPECT_EQ(o.preload, "off");
  EXPECT_TRUE(o.first_is_empty && !o.tmpdir && o.flaky_fails && !o.history);
  EXPECT_EQ(o.fail_fast, 2U);
  EXPECT_EQ(o.timeout, base::Duration(5min));
  EXPECT_EQ(o.grace, base::Duration(250ms));
  EXPECT_EQ(o.crash_retries, 0U);
  EXPECT_EQ(o.format, Format::files);
  EXPECT_EQ(o.color, Color::never);
  EXPECT_EQ(o.slow_file, base::Duration(1s));
  EXPECT_EQ(o.slow_test, base::Duration(2s));
  EXPECT_EQ(o.output_cap, 1024U);
  EXPECT_EQ(o.events, dir.file("e.jsonl"));
  EXPECT_EQ(o.publish, "ipc:///tmp/e");
}

TEST(ReadDtest, AnotherLanguagesBootProcessTakesThePlaceOfRuby) {
  TempDir dir;
  config::Selection selection = run({"--ruby", "jruby", "--boot", "python3 -u 'my boot.py'"}, dir.around()).selection;
  EXPECT_EQ(selection.boot, (List{"python3", "-u", "my boot.py"}));
  EXPECT_EQ(selection.ruby, selection.boot);
  EXPECT_EQ(run({}, dir.around()).selection.boot, List{});
}

TEST(ReadDtest, PicksTheCommand) {
  TempDir dir;
  std::filesystem::create_directory(dir.file("spec"));
  Surroundings around = dir.around();
  for (const List& way : {List{"spec"}, List{"a/b"}, List{"a.rb"}, List{"x*"}, List{"x:3"}}) {
    EXPECT_EQ(run(way, around).selection.paths, way);
  }
  EXPECT_EQ(run({"run", "word"}, around).selection.paths, List{"word"});
  EXPECT_TRUE(std::get<ListOptions>(read_dtest({"list", "--json"}, around).options).json);
  EXPECT_TRUE(std::get<VersionOptions>(read_dtest({"version", "--json"}, around).options).json);
  EXPECT_FALSE(std::get<VersionOptions>(read_dtest({"--version"}, around).options).json);
  EXPECT_EQ(std::get<HelpOptions>(read_dtest({"help", "list"}, around).options).command, Command::list);
  EXPECT_EQ(std::get<HelpOptions>(read_dtest({"list", "-h"}, around).options).command, Command::list);
  EXPECT_EQ(std::get<HelpOptions>(read_dtest({"-h"}, around).options).command, Command::run);
}

TEST(ReadDtest, NamesTheNearestCommand) {
  TempDir dir;
  EXPECT_ERROR(64, "'lst' is neither a command nor a file; did you mean 'dtest list'?",
               read_dtest({"lst"}, dir.around()));
  EXPECT_ERROR(64, "the commands are run, plan", read_dtest({"-j2", "zebra"}, dir.around()));
  EXPECT_ERROR(64, "the command comes first: dtest list ...", read_dtest({"-C", ".", "list"}, dir.around()));
  EXPECT_ERROR(64, "no help on 'x'", read_dtest({"help", "x"}, dir.around()));
}

TEST(ReadDtest, EventsTakesARunOrAnEndpoint) {
  TempDir dir;
  auto events = [&](const List& a) { return std::get<EventsOptions>(read_dtest(a, dir.around()).options); };
  EXPECT_EQ(events({"events"}).target, "");
  EXPECT_EQ(events({"events", "b0b3"}).target, "b0b3");
  EXPECT_TRUE(events({"events", "--endpoint"}).endpoint_only);
  EXPECT_EQ(events({"events", "--verify", "e.jsonl"}).verify, "e.jsonl");
  EXPECT_TRUE(events({"events", "--verify", "e.jsonl", "--json"}).json);
  EXPECT_ERROR(64, "--verify checks a file, without a run", events({"events", "--verify", "e.jsonl", "b0b3"}));
  EXPECT_ERROR(64, "--verify checks a file, without a run", events({"events", "--verify", "e", "--endpoint"}));
  EXPECT_ERROR(64, "--json goes with --verify", events({"events", "--json"}));
  EXPECT_ERROR(64, "takes one run or one endpoint", events({"events", "a", "b"}));
  const EventsOptions far = events({"events", "tcp://h:1", "--publisher-key", "anna.pub", "--key-file", "/k"});
  EXPECT_EQ(far.publisher_key, dir.file("anna.pub"));
  EXPECT_EQ(far.key_file, "/k");
  EXPECT_ERROR(64, "dtest events: ", events({"events", "tcp://h"}));
  EXPECT_ERROR(64, "'x': dtest version takes no arguments", read_dtest({"version", "x"}, dir.around()));
}

TEST(ReadDtest, SourcesWinInOrder) {
  TempDir dir;
  Surroundings around = dir.around();
  dir.write("system.conf", "[run]\nrunners = 1\ngrace = 1\ntimeout = 1\ncrash-retries = 1\n[log]\nlevel = debug\n");
  dir.write("home/.config/distributest/config", "[run]\nrunners = 2\ngrace = 2\ntimeout = 2\n");
  dir.write(".distributest/config", "[run]\nrunners = 3\ngrace = 3\n");
  around.environment = {{"HOME", dir.file("home")}, {"DTEST_RUNNERS", "4"}};
  auto asked = read_dtest({"-j5"}, around);
  EXPECT_EQ(origin(asked, "runners"), "--runners");
  EXPECT_EQ(origin(asked, "grace"), dir.file(".distributest/config") + ":3");
  EXPECT_EQ(origin(asked, "timeout"), dir.file("home/.config/distributest/config") + ":4");
  EXPECT_EQ(origin(asked, "crash-retries"), dir.file("system.conf") + ":5");
  EXPECT_EQ(origin(asked, "format"), "default");
  EXPECT_EQ(origin(read_dtest({}, around), "runners"), "DTEST_RUNNERS");
  around.environment["XDG_CONFIG_HOME"] = dir.file("xdg");
  EXPECT_EQ(origin(read_dtest({}, around), "timeout"), dir.file("system.conf") + ":4");
}

TEST(ReadDtest, ListsReplaceAcrossSources) {
  TempDir dir;
  dir.write("system.conf", "[project]\npattern = a\npattern = b\n");
  EXPECT_EQ(run({}, dir.around()).selection.patterns, (List{"a", "b"}));
  EXPECT_EQ(run({"--pattern", "c"}, dir.around()).selection.patterns, List{"c"});
}

TEST(ReadDtest, TakesVariablesOfOtherTools) {
  TempDir dir;
  Surroundings around = dir.around();
  around.environment = {{"PARALLEL_TEST_PROCESSORS", "6"}, {"NO_COLOR", "1"}, {"FORCE_COLOR", "1"}};
  EXPECT_EQ(run({}, around).runners.number, 6U);
  EXPECT_EQ(run({}, around).color, Color::never);
  around.environment = {{"PARALLEL_TEST_PROCESSORS", "6"}, {"DTEST_RUNNERS", "2"}, {"CLICOLOR_FORCE", "1"}};
  EXPECT_EQ(run({}, around).runners.number, 2U);
  EXPECT_EQ(run({}, around).color, Color::always);
  around.environment = {{"DTEST_RUNNERS", ""}, {"FORCE_COLOR", "0"}};
  EXPECT_EQ(run({}, around).runners, Runners{});
  EXPECT_EQ(run({}, around).color, Color::automatic);
  around.environment = {{"DTEST_SEED", "x"}};
  EXPECT_ERROR(64, "DTEST_SEED: 'x' is not a whole number", run({}, around));
}

TEST(ReadDtest, OptsAreMoreFlags) {
  TempDir dir;
  Surroundings around = dir.around();
  around.environment = {{"DTEST_OPTS", "--fail-fast -j2 --pattern 'a b'"}, {"DTEST_RUNNERS", "9"}};
  EXPECT_EQ(run({}, around).fail_fast, 1U);
  EXPECT_EQ(run({}, around).runners.number, 2U);
  EXPECT_EQ(run({"-j3"}, around).runners.number, 3U);
  EXPECT_EQ(std::get<ListOptions>(read_dtest({"list"}, around).options).selection.patterns, List{"a b"});
  for (const char* wrong : {"spec/a.rb", "-- -t x", "'", "--zebra", "--seed x"}) {
    around.environment["DTEST_OPTS"] = wrong;
    EXPECT_ERROR(64, "DTEST_OPTS", run({}, around));
  }
}

TEST(ReadDtest, OneNamedFileReplacesTheOthers) {
  TempDir dir;
  dir.write(".distributest/config", "[run]\ngrace = 3\n");
  std::string file = dir.write("sub/ci.conf", "[run]\ntimeout = 7\n");
  Surroundings around = dir.around();
  EXPECT_EQ(run({"-c", "sub/ci.conf"}, around).timeout, base::Duration(7s));
  EXPECT_EQ(run({"-c", file}, around).grace, base::Duration(1s));
  around.environment = {{"DTEST_CONFIG", "sub/ci.conf"}};
  EXPECT_EQ(run({}, around).timeout, base::Duration(7s));
  EXPECT_ERROR(78, "none.conf: no such file", run({"-c", "none.conf"}, around));
  EXPECT_ERROR(78, "it is a directory", run({"-c", "sub"}, around));
}

TEST(ReadDtest, WorksInAnotherDirectory) {
  TempDir dir;
  dir.write("shop/.distributest/config", "[run]\ngrace = 3\n");
  std::filesystem::create_directory(dir.file("shop/spec"));
  RunOptions o = run({"spec", "-C", "shop", "--events", "e"}, dir.around());
  EXPECT_EQ(o.selection.directory, dir.file("shop"));
  EXPECT_EQ(o.grace, base::Duration(3s));
  EXPECT_EQ(o.events, dir.file("shop/e"));
  EXPECT_ERROR(64, "--directory: " + dir.file("none") + " is not a directory", run({"-C", "none"}, dir.around()));
}

TEST(ReadDtest, RefusesContradictions) {
  TempDir dir;
  EXPECT_ERROR(64, "the seed is given twice", run({"--seed", "1", "--", "--seed", "2"}, dir.around()));
  EXPECT_ERROR(64, "use 'dtest run --format'", run({"--", "-fd"}, dir.around()));
  EXPECT_ERROR(64, "--events needs a file", run({"--events", "-"}, dir.around()));
}

TEST(ReadDtest, PassesWarningsOn) {
  TempDir dir;
  dir.write(".distributest/config", "[run]\nruby = ruby ; mine\n");
  EXPECT_EQ(read_dtest({}, dir.around()).warnings.size(), 1U);
}

TEST(ReadDtest, ReproductionIsNarrowedAndLeavesReportsOfFilesAlone) {
  TempDir dir;
  dir.write(".distributest/config", "[report]\njunit = all.xml\n");
  EXPECT_EQ(run({}, dir.around()).reports.junit, dir.path() + "/all.xml");
  RunOptions o = run({"reproduce", "b0b3:2", "--after", "a_spec.rb", "--after=b_spec.rb", "--as-runner", "3"},
                     dir.around());
  EXPECT_EQ(o.wanted.after, (List{"a_spec.rb", "b_spec.rb"}));
  EXPECT_EQ(o.wanted.as_runner, 3U);
  EXPECT_EQ(o.reports.junit, "");
  EXPECT_EQ(run({"reproduce", "b0b3:2", "--junit", "one.xml"}, dir.around()).reports.junit, dir.path() + "/one.xml");
  EXPECT_TRUE(run({"reproduce", "b0b3:2", "--alone"}, dir.around()).wanted.alone);
  EXPECT_ERROR(64, "--alone and --after contradict each other",
               read_dtest({"reproduce", "b0b3:2", "--alone", "--after", "x"}, dir.around()));
  EXPECT_ERROR(64, "--after goes with 'dtest reproduce RUN:N'", read_dtest({"--after", "x"}, dir.around()));
  EXPECT_ERROR(64, "--alone goes with", read_dtest({"--alone"}, dir.around()));
}

TEST(ReadDtest, BisectTakesOneFailure) {
  TempDir dir;
  auto bisect = [&](const List& arguments) {
    return std::get<BisectOptions>(read_dtest(arguments, dir.around()).options);
  };
  EXPECT_EQ(bisect({"bisect", "latest:1"}).failure, "latest:1");
  EXPECT_EQ(bisect({"bisect", "latest:1", "-j3"}).runners.number, 3U);
  EXPECT_ERROR(64, "takes one failure", read_dtest({"bisect"}, dir.around()));
  EXPECT_ERROR(64, "takes one failure", read_dtest({"bisect", "a:1", "b:2"}, dir.around()));
}

TEST(ReadDtest, ConfigSaysEachValueAndWhoSaysIt) {
  TempDir dir;
  dir.write(".distributest/config", "[run]\nrunners = 2\ntimeout = 5m\n");
  Surroundings around = dir.around();
  around.environment["DTEST_FORMAT"] = "files";
  DtestAsked asked = read_dtest({"config", "show", "-j3"}, around);
  EXPECT_TRUE(std::get<ConfigOptions>(asked.options).problems.empty());
  EXPECT_TRUE(std::get<ConfigOptions>(asked.options).files.at(0).read);
  EXPECT_EQ(origin(asked, "runners"), "--runners");
  EXPECT_EQ(origin(asked, "timeout"), dir.path() + "/.distributest/config:3");
  EXPECT_EQ(origin(asked, "format"), "DTEST_FORMAT");
  EXPECT_EQ(origin(asked, "grace"), "default");
  EXPECT_ERROR(64, "show or check", read_dtest({"config"}, around));
}

TEST(ReadDtest, ConfigTellsAllProblemsAtOnce) {
  TempDir dir;
  dir.write(".distributest/config", "[run]\nrunnrs = 2\n");
  Surroundings around = dir.around();
  around.environment["DTEST_SEED"] = "x";
  const auto config = std::get<ConfigOptions>(read_dtest({"config", "check"}, around).options);
  ASSERT_EQ(config.problems.size(), 2U);
  EXPECT_TRUE(has(config.problems[0], "DTEST_SEED: 'x' is not a whole number"));
  EXPECT_TRUE(has(config.problems[1], "config:2: unknown key 'run.runnrs'; did you mean 'run.runners'?"));
  EXPECT_EQ(config.code, 64);
}

}  // namespace
}  // namespace dtest::config
