#include "config/endpoint.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

TEST(CheckEndpoint, AdmitsIpcOnly) {
  EXPECT_EQ(error_of([] { check_endpoint("--listen", "ipc:///run/user/1/work", false); }).first, 0);
  EXPECT_ERROR(78, "TCP needs keys", check_endpoint("x", "tcp://127.0.0.1:7710", false));
  EXPECT_ERROR(64, "--listen: ", check_endpoint("--listen", "/run/work", false));
  EXPECT_ERROR(78, "a:3: daemon.listen: ", check_endpoint("a:3: daemon.listen", "inproc://x", true));
  EXPECT_ERROR(64, "abstract", check_endpoint("--listen", "ipc://@abstract", false));
}

}  // namespace
}  // namespace dtest::config
