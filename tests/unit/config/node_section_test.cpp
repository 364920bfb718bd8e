#include "config/node_section.hpp"

#include "config/invocation.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

NodeSpec big() {
  NodeSpec node;
  node.name = "big";
  node.endpoint = "tcp://big:7710";
  node.results = "tcp://big:7711";
  node.ssh_host = "big";
  return node;
}

TEST(NodeSection, IsReadAsItWasWritten) {
  const std::string text = with_section("[run]\nrunners = 4", big());
  NodeTable table("/h");
  table.offer(parse_ini("f", text));
  ASSERT_EQ(table.nodes().size(), 1U);
  EXPECT_EQ(table.nodes()[0].endpoint, "tcp://big:7710");
  EXPECT_EQ(without_section(text, "big"), "[run]\nrunners = 4\n");
}

TEST(NodeSection, OnlyThatOneIsTakenOut) {
  const std::string text = "# mine\n[node.big]\nrunners = 1\n\n[node.bigger]\nrunners = 2\n";
  EXPECT_EQ(without_section(text, "big"), "# mine\n[node.bigger]\nrunners = 2\n");
  EXPECT_EQ(without_section(text, "small"), std::nullopt);
}

NodesOptions asked(std::vector<std::string> arguments) {
  static TempDir dir;
  Surroundings around = dir.around();
  around.environment["HOME"] = dir.path();
  dir.write(".config/distributest/config", "[node.a]\nrunners = 1\n[node.b]\nrunners = 2\n");
  arguments.insert(arguments.begin(), "nodes");
  return std::get<NodesOptions>(read_dtest(arguments, around).options);
}

TEST(NodeSection, HasWhatIsNotTheDefault) {
  NodeSpec node = big();
  node.results = "tcp://big:9";
  node.runners = 3;
  node.weight = 2;
  node.sync = false;
  node.ruby = {"/opt/my ruby", "-W"};
  node.ssh_user = "ci";
  node.ssh_port = 2222;
  NodeTable table("/h");
  table.offer(parse_ini("/d/nodes", section_of(node, "big.pub")));
  const NodeSpec read = table.nodes().at(0);
  EXPECT_EQ(read.results, "tcp://big:9");
  EXPECT_EQ(read.runners, 3U);
  EXPECT_EQ(read.weight, 2U);
  EXPECT_FALSE(read.sync);
  EXPECT_EQ(read.ruby, node.ruby);
  EXPECT_EQ(read.ssh_user, "ci");
  EXPECT_EQ(read.ssh_port, 2222U);
  EXPECT_EQ(read.key_file, "/d/big.pub");
}

TEST(NodesCommand, HasSixVerbs) {
  EXPECT_EQ(asked({}).nodes.size(), 2U);
  EXPECT_EQ(asked({"status", "b"}).nodes.at(0).name, "b");
  NodesOptions add = asked({"add", "ci@big.lan"});
  EXPECT_EQ(add.fresh.name, "big");
  EXPECT_EQ(add.fresh.ssh_user, "ci");
  EXPECT_EQ(add.fresh.endpoint, "tcp://big.lan:7710");
  EXPECT_EQ(asked({"add", "10.0.0.7", "--name", "x"}).fresh.name, "x");
  EXPECT_EQ(asked({"remove", "a"}).target, "a");
  EXPECT_ERROR(64, "unknown word 'ad'; did you mean 'add'?", asked({"ad", "x"}));
  EXPECT_ERROR(64, "'-oProxyCommand=x' is no host", asked({"add", "a@-oProxyCommand=x"}));
  EXPECT_ERROR(64, "takes one [USER@]HOST", asked({"add"}));
  EXPECT_ERROR(64, "name the node with --name", asked({"add", "10.0.0.7"}));
  EXPECT_ERROR(64, "there is no node 'c'", asked({"status", "c"}));
  EXPECT_EQ(asked({"export", "/d", "b"}).directory, "/d");
  EXPECT_EQ(asked({"export", "/d", "b"}).nodes.at(0).name, "b");
  EXPECT_EQ(asked({"import", "/d"}).nodes.size(), 2U);
  EXPECT_ERROR(64, "export takes a DIRECTORY", asked({"export"}));
  EXPECT_ERROR(64, "import takes one DIRECTORY", asked({"import", "/d", "b"}));
  EXPECT_ERROR(64, "--json goes with", asked({"export", "/d", "--json"}));
  EXPECT_ERROR(64, "--name goes with 'dtest nodes add'", asked({"list", "--name", "x"}));
}

}  // namespace
}  // namespace dtest::config
