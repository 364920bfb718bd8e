#include "config/nodes.hpp"

#include "config/invocation.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

struct NodesTest : testing::Test {
  TempDir dir;
  std::vector<NodeSpec> read(const std::string& text) const {
    NodeTable table("/home/anna/.config/distributest");
    table.offer(*read_ini(dir.write("config", text), true));
    return table.nodes();
  }
};

TEST_F(NodesTest, ANodeHasItsKeysAndDefaults) {
  auto nodes = read("[node.big]\nendpoint = tcp://10.0.0.7:99\nrunners = 12\nweight = 3\nssh-user = ci\n"
                    "ssh-port = 2222\nkey-file = keys/big.pub\n[node.mini]\nweight = 1\n");
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].name, "big");
  EXPECT_EQ(nodes[0].results, "tcp://10.0.0.7:100");
  EXPECT_EQ(nodes[0].runners, 12U);
  EXPECT_EQ(nodes[0].weight, 3U);
  EXPECT_EQ(nodes[0].ssh_host, "10.0.0.7");
  EXPECT_EQ(nodes[0].ssh_user, "ci");
  EXPECT_EQ(nodes[0].ssh_port, 2222U);
  EXPECT_EQ(nodes[0].key_file, dir.path() + "/keys/big.pub");
  EXPECT_EQ(nodes[1].endpoint, "tcp://mini:7710");
  EXPECT_EQ(nodes[1].runners, std::nullopt);
  EXPECT_EQ(nodes[1].key_file, "/home/anna/.config/distributest/nodes/mini.pub");
  EXPECT_EQ(nodes[1].origin, dir.file("config") + ":9");
}

TEST_F(NodesTest, OnIpcItNeedsNoKey) {
  auto nodes = read("[node.x]\nendpoint = ipc:///run/d/work\n");
  EXPECT_EQ(nodes.at(0).results, "ipc:///run/d/results");
  EXPECT_EQ(nodes.at(0).key_file, "");
}

TEST_F(NodesTest, SaysWhereSomethingIsWrongAndWhatToDo) {
  EXPECT_ERROR(78, "config:2: unknown key 'runner' of a node; did you mean 'runners'?", read("[node.x]\nrunner = 1\n"));
  EXPECT_ERROR(78, "config:2: runners: 'many' is no number of runners", read("[node.x]\nrunners = many\n"));
  EXPECT_ERROR(78, "config:2: weight: '0' is no number from 1 to 1000", read("[node.x]\nweight = 0\n"));
  EXPECT_ERROR(78, "config:2: endpoint: endpoint \"tcp://*:1\"", read("[node.x]\nendpoint = tcp://*:1\n"));
  EXPECT_ERROR(78, "config:2: ssh-host: '-oProxy=x' is no name", read("[node.x]\nssh-host = -oProxy=x\n"));
  EXPECT_ERROR(78, "config:2: ssh-user: 'a b' is no name", read("[node.x]\nssh-user = a b\n"));
  EXPECT_ERROR(78, "config:2: '-x' is no name of a node", read("[node.-x]\nrunners = 1\n"));
  EXPECT_ERROR(78, "config:2: a node has a name", read("[node]\nrunners = 1\n"));
  EXPECT_ERROR(78, "config:3: 'node.x.runners' is said twice", read("[node.x]\nrunners = 1\nrunners = 2\n"));
  EXPECT_ERROR(78, "[node.local] is this machine", read("[node.local]\nendpoint = tcp://a:1\n"));
}

TEST_F(NodesTest, OfEachKeyTheFirstFileCounts) {
  NodeTable table("/h");
  table.offer(*read_ini(dir.write("project", "[node.a]\nrunners = 2\n"), true));
  table.offer(*read_ini(dir.write("user", "[node.a]\nrunners = 8\nweight = 5\n[node.b]\nrunners = 1\n"), true));
  auto nodes = table.nodes();
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].runners, 2U);
  EXPECT_EQ(nodes[0].weight, 5U);
}

TEST_F(NodesTest, ASharedFileIsIncludedBehindWhatIncludesIt) {
  dir.write("team/nodes", "[node.a]\nrunners = 8\nkey-file = a.pub\n[node.b]\nrunners = 4\n");
  auto nodes = read("[nodes]\ninclude = team/nodes\n[node.a]\nrunners = 0\n");
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].runners, 0U);
  EXPECT_EQ(nodes[0].key_file, dir.path() + "/team/a.pub");
  dir.write("team/nodes", "[run]\ntimeout = 5\n");
  EXPECT_ERROR(78, "team/nodes:2: 'run.timeout' cannot stand in an included",
               read("[nodes]\ninclude = team/nodes\n"));
  EXPECT_ERROR(78, "config:2: cannot read", read("[nodes]\ninclude = none\n"));
}

NodeChoice choose(const std::vector<NodeSpec>& all, const std::string& wanted, bool local = false) {
  return choose_nodes(all, wanted, "--nodes", base::ExitCode::usage, local);
}

TEST_F(NodesTest, AllAreUsedUnlessSomeAreNamed) {
  auto all = read("[node.a]\nrunners = 1\n[node.b]\nrunners = 0\n[node.c]\nweight = 1\n");
  NodeChoice choice = choose(all, "");
  ASSERT_EQ(choice.nodes.size(), 2U);
  ASSERT_EQ(choice.notices.size(), 1U);
  EXPECT_TRUE(has(choice.notices[0], "node b is left out: it has runners = 0")) << choice.notices[0];
  choice = choose(all, "c, local");
  ASSERT_EQ(choice.nodes.size(), 2U);
  EXPECT_EQ(choice.nodes[0].name, "c");
  EXPECT_TRUE(choice.nodes[1].local());
  EXPECT_EQ(choose(all, "a,a").nodes.size(), 1U);
  EXPECT_ERROR(64, "--nodes: there is no node 'nowhere'; the nodes are local, a, b, c", choose(all, "nowhere"));
  EXPECT_ERROR(69, "every node is left out", choose(all, "b"));
}

TEST_F(NodesTest, WithoutNodesOrWithLocalItIsThisMachine) {
  for (const NodeChoice& choice : {choose({}, ""), choose(read("[node.a]\nrunners = 1\n"), "", true)}) {
    ASSERT_EQ(choice.nodes.size(), 1U);
    EXPECT_TRUE(choice.nodes[0].local());
  }
}

TEST_F(NodesTest, TheCommandLineChooses) {
  Surroundings around = dir.around();
  around.environment["HOME"] = dir.path();
  dir.write(".config/distributest/config", "[node.a]\nrunners = 1\n[node.b]\nrunners = 2\n[run]\nnodes = a\n");
  auto run = [&](std::vector<std::string> arguments) {
    return std::get<RunOptions>(read_dtest(arguments, around).options);
  };
  EXPECT_EQ(run({}).nodes.at(0).name, "a");
  EXPECT_EQ(run({"--nodes", "a,b"}).nodes.size(), 2U);
  EXPECT_TRUE(run({"--local"}).nodes.at(0).local());
  EXPECT_EQ(run({}).key_file, dir.path() + "/.config/distributest/key");
  EXPECT_ERROR(64, "keep one of them", run({"--local", "--nodes", "b"}));
  EXPECT_EQ(run({"--min-runners", "4"}).wait, std::chrono::minutes(1));
  EXPECT_EQ(run({"--min-runners", "4", "--wait", "5"}).wait, std::chrono::seconds(5));
  EXPECT_EQ(run({}).wait, base::Duration::zero());
  around.environment["DTEST_NODES"] = "c";
  EXPECT_ERROR(64, "DTEST_NODES: there is no node 'c'", run({}));
}

TEST_F(NodesTest, TheManualHasTheirKeys) {
  std::string page = slurp(DTEST_SOURCE_ROOT "/man/distributest.conf.5");
  std::string part = page.substr(page.find("\n.Sh NODES\n"));
  part = part.substr(0, part.find("\n.Sh ", 1));
  for (const NodeKey& key : node_keys()) {
    std::size_t at = part.find("\n.It Ic " + std::string(key.name) + "\n");
    ASSERT_NE(at, std::string::npos) << key.name;
    if (key.standard.empty()) continue;
    std::string entry = part.substr(at, part.find("\n.It ", at + 1) - at);
    EXPECT_TRUE(has(entry, "Default:\n.Cm " + std::string(key.standard) + " .")) << key.name;
  }
}

}  // namespace
}  // namespace dtest::config
