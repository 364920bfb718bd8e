#include "system/tcp_probe.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace dtest::system {
namespace {

// A port of 127.0.0.1 that is bound, and listens or does not.
struct Port {
  explicit Port(bool listens) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (listens) {
      EXPECT_EQ(::listen(fd.get(), 1), 0);
    }
    socklen_t size = sizeof address;
    ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number = ntohs(address.sin_port);
  }
  UniqueFd fd;
  std::uint16_t number = 0;
};

TcpProbe::Answer ask(const std::string& host, std::uint16_t port) {
  TcpProbe probe(host, port, std::chrono::seconds(10));
  pollfd waiting{probe.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 60'000), 1);
  return probe.answer().value_or(TcpProbe::Answer{"", "no answer"});
}

TEST(TcpProbe, GivesTheAddressThatTookTheConnection) {
  Port port(true);
  EXPECT_EQ(ask("127.0.0.1", port.number).address, "127.0.0.1");
}

TEST(TcpProbe, SaysWhyNoneDid) {
  Port port(false);
  TcpProbe::Answer answer = ask("127.0.0.1", port.number);
  EXPECT_EQ(answer.address, "");
  EXPECT_NE(answer.fault.find("refuses connections"), std::string::npos) << answer.fault;
}

TEST(TcpProbe, MayEndBeforeItsAnswer) {
  Port port(true);
  const TcpProbe probe("127.0.0.1", port.number, std::chrono::seconds(1));
  SUCCEED();
}

}  // namespace
}  // namespace dtest::system
