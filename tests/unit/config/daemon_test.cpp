// The daemon's half of config/invocation.hpp.
#include "config/invocation.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

using List = std::vector<std::string>;

DaemonOptions daemon(const List& arguments, const Surroundings& around) {
  return std::get<DaemonOptions>(read_dtestd(arguments, around).options);
}

TEST(ReadDtestd, ListensInTheRuntimeDirectory) {
  TempDir dir;
  Surroundings around = dir.around();
  around.environment = {{"XDG_RUNTIME_DIR", "/run/user/7"}};
  DaemonOptions o = daemon({}, around);
  EXPECT_EQ(o.listen, "ipc:///run/user/7/distributest/work");
  EXPECT_EQ(o.results_listen, "ipc:///run/user/7/distributest/results");
  EXPECT_EQ(o.runners, Runners{});
  EXPECT_EQ(o.log_level, "info");
  EXPECT_FALSE(o.log_json || o.check_config);
  EXPECT_ERROR(64, "XDG_RUNTIME_DIR is not set", daemon({}, dir.around()));
}

TEST(ReadDtestd, LeftoversHaveAnAgeAndASize) {
  TempDir dir;
  Surroundings around = dir.around();
  around.environment = {{"XDG_RUNTIME_DIR", "/run/user/7"}};
  EXPECT_EQ(daemon({}, around).work_size, 20ULL << 30U);
  EXPECT_EQ(daemon({}, around).work_age, std::chrono::hours(24 * 14));
  EXPECT_EQ(daemon({"--work-size", "512M", "--work-days", "3"}, around).work_size, 512ULL << 20U);
}

TEST(ReadDtestd, TakesFlagsAndFile) {
  TempDir dir;
  dir.write("system.conf",
            "[daemon]\nlisten = ipc:///run/w\nresults-listen = ipc:///run/r\nrunners = -1\n"
            "name = mini\n[log]\nformat = json\n[run]\nrunners = 3\n");
  DaemonOptions o = daemon({"--log-level", "debug", "--name", "big.box-1", "--check-config"}, dir.around());
  EXPECT_EQ(o.listen, "ipc:///run/w");
  EXPECT_EQ(o.results_listen, "ipc:///run/r");
  EXPECT_EQ(o.runners, (Runners{Runners::Kind::all_but, 1}));
  EXPECT_EQ(o.name, "big.box-1");
  EXPECT_EQ(o.log_level, "debug");
  EXPECT_TRUE(o.log_json && o.check_config);
}

TEST(ReadDtestd, TakesTcpAndKnowsWhereItsKeysAre) {
  TempDir dir;
  Surroundings around = dir.around();
  EXPECT_ERROR(64, "no place for keys", daemon({"--listen", "tcp://127.0.0.1:7710"}, around));
  around.environment["HOME"] = "/home/anna";
  DaemonOptions o = daemon({"--listen", "tcp://127.0.0.1:7710"}, around);
  EXPECT_TRUE(o.tcp);
  EXPECT_EQ(o.results_listen, "tcp://127.0.0.1:7711");
  EXPECT_EQ(o.key_file, "/home/anna/.config/distributest/node-key");
  EXPECT_EQ(o.allow, "/home/anna/.config/distributest/allowed");
  o = daemon({"--listen", "tcp://[::1]:1", "--results-listen", "ipc:///a/b", "--key-file", "k", "--allow", "/x"}, around);
  EXPECT_TRUE(o.tcp);
  EXPECT_EQ(o.results_listen, "ipc:///a/b");
  EXPECT_EQ(o.key_file, dir.path() + "/k");
  EXPECT_EQ(o.allow, "/x");
  EXPECT_FALSE(daemon({"--listen", "ipc:///a/w", "--results-listen", "ipc:///a/r"}, around).tcp);
  dir.write("system.conf", "[daemon]\nlisten = tcp://*:7710\n");
  EXPECT_ERROR(78, "system.conf:2: daemon.listen: endpoint", daemon({}, around));
  EXPECT_ERROR(64, "no port", daemon({"--listen", "tcp://h"}, around));
}

TEST(ReadDtestd, RefusesContradictions) {
  TempDir dir;
  Surroundings around = dir.around();
  EXPECT_ERROR(64, "--results-listen is missing", daemon({"--listen", "ipc:///a/b"}, around));
  EXPECT_ERROR(64, "cannot both be bound",
               daemon({"--listen", "ipc:///a/b", "--results-listen", "ipc:///a/b"}, around));
  EXPECT_ERROR(64, "contradict", daemon({"--embedded", "d", "--listen", "ipc:///a/b"}, around));
  EXPECT_ERROR(64, "'x': dtestd takes no arguments", daemon({"--embedded", "d", "x"}, around));
  EXPECT_ERROR(64, "'a b' is no name of a node", daemon({"--embedded", "d", "--name", "a b"}, around));
}

TEST(ReadDtestd, AnEmbeddedOneReadsNoFileUnlessTold) {
  TempDir dir;
  Surroundings around = dir.around();
  dir.write("system.conf", "[daemon]\nlisten = nonsense\n");
  around.environment = {{"DTEST_CONFIG", "none"}, {"DTEST_LOG_LEVEL", "debug"}};
  EXPECT_EQ(daemon({"--embedded", "d"}, around).embedded, dir.file("d"));
  EXPECT_EQ(daemon({"--embedded", "d"}, around).log_level, "debug");
  EXPECT_EQ(daemon({"--embedded", "d"}, around).listen, "");
  EXPECT_ERROR(78, "no such file", daemon({"--embedded", "d", "-c", "none"}, around));
}

TEST(ReadDtestd, HelpAndVersion) {
  TempDir dir;
  EXPECT_EQ(std::get<HelpOptions>(read_dtestd({"-h"}, dir.around()).options).command, Command::daemon);
  EXPECT_FALSE(std::get<VersionOptions>(read_dtestd({"--version"}, dir.around()).options).json);
  EXPECT_ERROR(64, "'--timeout' is a flag of dtest run, not of dtestd", read_dtestd({"--timeout", "1"}, dir.around()));
}

}  // namespace
}  // namespace dtest::config
