#include "bus/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"

namespace dtest::bus {
namespace {

std::string refusal(std::string_view text) {
  try {
    (void)Endpoint::parse(text);
  } catch (const base::Error& e) {
    EXPECT_EQ(e.code(), base::ExitCode::config);
    return e.what();
  }
  return {};
}

TEST(Endpoint, KeepsTextAndPath) {
  const Endpoint e = Endpoint::parse("ipc:///run/user/1000/d/w");
  EXPECT_EQ(e.text(), "ipc:///run/user/1000/d/w");
  EXPECT_EQ(e.path(), "/run/user/1000/d/w");
  EXPECT_EQ(Endpoint::at("/run/user/1000/d/w"), e);
}

TEST(Endpoint, TakesAPathOfAsManyBytesAsASocketHolds) {
  const std::string longest = "/" + std::string(Endpoint::kMaxPath - 1, 'x');
  EXPECT_EQ(Endpoint::at(longest).path(), longest);
  EXPECT_NE(refusal("ipc://" + longest + "x").find("108 bytes, a socket's may have 107"), std::string::npos);
}

TEST(Endpoint, RefusesTcpBecauseItHasNoKeys) {
  EXPECT_NE(refusal("tcp://127.0.0.1:5555").find("TCP needs keys"), std::string::npos);
}

TEST(Endpoint, RefusesWhatIsNoPrivatePath) {
  EXPECT_NE(refusal("ipc://@name").find("abstract"), std::string::npos);
  EXPECT_NE(refusal("ipc://*").find("wildcard"), std::string::npos);
  EXPECT_NE(refusal("ipc:///tmp/*").find("wildcard"), std::string::npos);
  EXPECT_NE(refusal("ipc://relative").find("absolute"), std::string::npos);
  EXPECT_NE(refusal("ipc://").find("absolute"), std::string::npos);
  EXPECT_NE(refusal("ipc:///tmp/").find("directory"), std::string::npos);
  EXPECT_NE(refusal(std::string("ipc:///tmp/a\0b", 14)).find("NUL"), std::string::npos);
  EXPECT_NE(refusal("inproc://x").find("another process"), std::string::npos);
  EXPECT_NE(refusal("udp://x").find("not understood"), std::string::npos);
  EXPECT_NE(refusal("").find("not understood"), std::string::npos);
}

}  // namespace
}  // namespace dtest::bus
