#include "config/endpoint.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

TEST(CheckEndpoint, AdmitsIpcOnly) {
  EXPECT_EQ(error_of([] { check_endpoint("--listen", "ipc:///run/user/1/work", false); }).first, 0);
  EXPECT_ERROR(78, "TCP needs keys, which come with a later version",
               check_endpoint("x", "tcp://127.0.0.1:7710", false));
  EXPECT_ERROR(64, "is not an endpoint", check_endpoint("--listen", "/run/work", false));
  EXPECT_ERROR(78, "is not an endpoint", check_endpoint("a:3: daemon.listen", "inproc://x", true));
  EXPECT_ERROR(64, "absolute path", check_endpoint("--listen", "ipc://work", false));
  EXPECT_ERROR(64, "absolute path", check_endpoint("--listen", "ipc://@abstract", false));
  EXPECT_ERROR(64, "absolute path", check_endpoint("--listen", "ipc:///", false));
}

TEST(CheckEndpoint, KnowsHowLongASocketsPathMayBe) {
  std::string longest = "ipc:///" + std::string(106, 'a');
  EXPECT_EQ(error_of([&] { check_endpoint("--listen", longest, false); }).first, 0);
  EXPECT_ERROR(64, "has 108 bytes, a socket's may have 107", check_endpoint("--listen", longest + "a", false));
}

}  // namespace
}  // namespace dtest::config
