#include "protocol/workspace.hpp"

#include <gtest/gtest.h>

#include "protocol/codec.hpp"

namespace dtest::protocol {
namespace {

SessionOptions sent() {
  SessionOptions o;
  o.workspace = "shop";
  o.project = "workspace:/shop";
  o.lib = "workspace:/lib";
  o.hooks = {{kNodeSetup, "workspace:/hooks/node_setup"}};
  o.paths = {"spec/a_spec.rb", "workspace:/shop/spec/b_spec.rb:3"};
  o.includes = {"/usr/lib/ruby"};
  o.env = {{"PWD", "workspace:/shop"}};
  return o;
}

TEST(Workspace, PathsArePutBelowItsRoot) {
  EXPECT_EQ(workspace_fault(sent()), "");
  SessionOptions o = placed(sent(), "/srv/1");
  EXPECT_EQ(o.project, "/srv/1/shop");
  EXPECT_EQ(o.lib, "/srv/1/lib");
  EXPECT_EQ(o.hooks.at(kNodeSetup), "/srv/1/hooks/node_setup");
  EXPECT_EQ(o.paths, (std::vector<std::string>{"spec/a_spec.rb", "/srv/1/shop/spec/b_spec.rb:3"}));
  EXPECT_EQ(o.includes, std::vector<std::string>{"/usr/lib/ruby"}) << "the node's own";
  EXPECT_EQ(o.env.at("PWD"), "/srv/1/shop");
}

TEST(Workspace, APathThatLeavesItIsRefused) {
  for (const char* bad : {"workspace:/../etc", "workspace:/shop/../../x", "workspace://etc", "workspace:/a//b",
                          "workspace:/", "workspace:/shop/.", "/etc", "shop"}) {
    SessionOptions o = sent();
    o.project = bad;
    EXPECT_NE(workspace_fault(o).find("project"), std::string::npos) << bad;
    o = sent();
    o.hooks[kRunnerSetup] = bad;
    EXPECT_NE(workspace_fault(o).find("hooks"), std::string::npos) << bad;
    auto decoded = decode_work(encode(Work(Hello{base::RunId{{1}}, base::SessionNumber(1), o})));
    EXPECT_FALSE(decoded) << bad;
    EXPECT_NE(decoded.why.find("is no path inside the workspace"), std::string::npos) << decoded.why;
  }
  SessionOptions o = sent();
  o.paths = {"workspace:/../other"};
  EXPECT_NE(workspace_fault(o), "");
  o = sent();
  o.paths = {std::string("workspace:/a\0b", 14)};
  EXPECT_NE(workspace_fault(o), "");
}

TEST(Workspace, WithoutOneNothingMayClaimToLieThere) {
  SessionOptions o;
  o.project = "/home/anna/shop";
  EXPECT_EQ(workspace_fault(o), "");
  o.paths = {"workspace:/shop/spec"};
  EXPECT_NE(workspace_fault(o).find("has none"), std::string::npos);
}

}  // namespace
}  // namespace dtest::protocol
