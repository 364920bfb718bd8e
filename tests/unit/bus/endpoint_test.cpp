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

std::string refusal_of_any(std::string_view text) {
  try {
    (void)Endpoint::parse_any(text);
  } catch (const base::Error& e) {
    EXPECT_EQ(e.code(), base::ExitCode::config);
    return e.what();
  }
  return {};
}

TEST(Endpoint, WithKeysMayBeTcp) {
  const Endpoint name = Endpoint::parse_any("tcp://big-box.local:7710");
  EXPECT_TRUE(name.is_tcp());
  EXPECT_EQ(name.host(), "big-box.local");
  EXPECT_EQ(name.port(), 7710);
  const Endpoint six = Endpoint::parse_any("tcp://[fe80::1%eth0]:1");
  EXPECT_EQ(six.host(), "fe80::1%eth0");
  EXPECT_EQ(six.port(), 1);
  EXPECT_FALSE(Endpoint::parse_any("ipc:///a/b").is_tcp());
}

TEST(Endpoint, OfTcpNamesHostAndPort) {
  for (const char* text : {"tcp://host", "tcp://host:", "tcp://host:0", "tcp://host:65536", "tcp://host:99999999999",
                           "tcp://host:1x", "tcp://host:*", "tcp://:1", "tcp://-o:1", "tcp://::1:7", "tcp://a b:1",
                           "tcp://[]:1", "tcp://h/x:1", "tcp://eth0;h:1"}) {
    EXPECT_NE(refusal_of_any(text).find("tcp://HOST:PORT"), std::string::npos) << text;
  }
  EXPECT_NE(refusal_of_any("tcp://*:7710").find("wildcard"), std::string::npos);
}

TEST(Endpoint, TheResultChannelIsBesideTheWorkPipe) {
  EXPECT_EQ(Endpoint::parse_any("tcp://[::1]:7710").of_results().text(), "tcp://[::1]:7711");
  EXPECT_EQ(Endpoint::parse_any("ipc:///run/d/work").of_results().text(), "ipc:///run/d/results");
  EXPECT_THROW((void)Endpoint::parse_any("tcp://h:65535").of_results(), base::Error);
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
