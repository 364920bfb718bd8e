// Where set-up hooks are looked for, and which are named.
#include "config/invocation.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

RunOptions run(const std::vector<std::string>& arguments, const Surroundings& around) {
  return std::get<RunOptions>(read_dtest(arguments, around).options);
}

TEST(Hooks, AreLookedForInTheProjectThenThePersonThenTheMachine) {
  TempDir dir;
  Surroundings around = dir.around();
  around.system_file = "/etc/distributest/distributest.conf";
  around.environment["HOME"] = "/home/ann";
  EXPECT_EQ(run({}, around).hooks.places,
            (std::vector<std::string>{dir.path() + "/.distributest", "/home/ann/.config/distributest",
                                      "/etc/distributest"}));
  around.environment["XDG_CONFIG_HOME"] = "/home/ann/etc";
  EXPECT_EQ(run({}, around).hooks.places[1], "/home/ann/etc/distributest");
  around.environment.clear();
  EXPECT_EQ(run({}, around).hooks.places.size(), 2U) << "nobody has no home";
}

TEST(Hooks, AreNamedRelativeToTheProject) {
  TempDir dir;
  dir.write(".distributest/config", "[hooks]\nnode-setup = bin/setup\nafter-fork = /srv/fork.rb\n");
  RunOptions options = run({"--runner-setup", "ci/runner"}, dir.around());
  EXPECT_EQ(options.hooks.node_setup.path, dir.file("bin/setup"));
  EXPECT_EQ(options.hooks.node_setup.origin, dir.file(".distributest/config") + ":2");
  EXPECT_EQ(options.hooks.runner_setup.path, dir.file("ci/runner"));
  EXPECT_EQ(options.hooks.runner_setup.origin, "--runner-setup");
  EXPECT_EQ(options.hooks.after_fork.path, "/srv/fork.rb");
  EXPECT_EQ(run({"--node-setup=x"}, dir.around()).hooks.node_setup.path, dir.file("x")) << "the flag wins";
}

TEST(Hooks, AndTheirSwitches) {
  TempDir dir;
  RunOptions options = run({}, dir.around());
  EXPECT_TRUE(options.hooks.wanted);
  EXPECT_TRUE(options.hooks.node_setup.path.empty());
  EXPECT_EQ(options.hook_timeout, std::chrono::minutes(10));
  EXPECT_FALSE(options.share_database);
  dir.write(".distributest/config", "[run]\nhooks = off\nhook-timeout = 30s\nshare-database = yes\n");
  options = run({}, dir.around());
  EXPECT_FALSE(options.hooks.wanted);
  EXPECT_EQ(options.hook_timeout, std::chrono::seconds(30));
  EXPECT_TRUE(options.share_database);
  EXPECT_FALSE(run({"--no-hooks"}, TempDir().around()).hooks.wanted);
}

}  // namespace
}  // namespace dtest::config
