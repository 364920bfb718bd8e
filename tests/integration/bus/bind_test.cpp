// What stands in the way of a bind, and what must not fall to one.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "bus/local_push.hpp"
#include "bus/local_sub.hpp"
#include "bus/pull_socket.hpp"
#include "bus/xpub_socket.hpp"
#include "child.hpp"

namespace dtest::bus::test {
namespace {

using base::ExitCode;

struct BindTest : BusTest {
  /// How a bind is refused; fails the test when it is not.
  ExitCode refused(const Endpoint& endpoint) {
    try {
      PullSocket socket(context, endpoint, MaxFrame{1000});
    } catch (const base::Error& e) {
      EXPECT_NE(std::string(e.what()).find(endpoint.text()), std::string::npos) << e.what();
      return e.code();
    }
    ADD_FAILURE() << endpoint.text() << " was bound";
    return ExitCode::ok;
  }
};

TEST_F(BindTest, DoesNotTakeALivingSocketsPlace) {
  const Endpoint endpoint = directory.endpoint("w");
  Child living({"node", endpoint.text()});
  ASSERT_EQ(living.line(), "bound");
  EXPECT_EQ(refused(endpoint), ExitCode::no_node);
  EXPECT_TRUE(std::filesystem::exists(endpoint.path()));
}

TEST_F(BindTest, TakesTheKilledOnes) {
  const Endpoint endpoint = directory.endpoint("w");
  {
    Child dead({"node", endpoint.text()});
    ASSERT_EQ(dead.line(), "bound");
  }
  ASSERT_TRUE(std::filesystem::exists(endpoint.path()));
  EXPECT_NO_THROW(PullSocket(context, endpoint, MaxFrame{1000}));
}

TEST_F(BindTest, LeavesNoFileBehind) {
  const Endpoint endpoint = directory.endpoint("w");
  { PullSocket socket(context, endpoint, MaxFrame{1000}); }
  EXPECT_FALSE(std::filesystem::exists(endpoint.path()));
}

TEST_F(BindTest, DoesNotRemoveAPlainFile) {
  const Endpoint endpoint = directory.endpoint("w");
  std::ofstream(endpoint.path()) << "precious";
  EXPECT_EQ(refused(endpoint), ExitCode::config);
  EXPECT_EQ(std::filesystem::file_size(endpoint.path()), 8U);
}

TEST_F(BindTest, WantsAnExistingDirectory) { EXPECT_EQ(refused(directory.endpoint("none/w")), ExitCode::config); }

TEST_F(BindTest, WantsPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
  ::chmod(directory.path().c_str(), 0500);
  EXPECT_EQ(refused(directory.endpoint("w")), ExitCode::no_permission);
  ::chmod(directory.path().c_str(), 0700);
}

TEST_F(BindTest, TakesThePathsAsLongAsTheyMayBe) {
  const std::string name(Endpoint::kMaxPath - directory.path().size() - 1, 'n');
  EXPECT_NO_THROW(XPubSocket(context, directory.endpoint(name)));
}

TEST_F(BindTest, HasRoomForTheSocketsOfAThousandRunners) {
  // Beyond libzmq's default of 1,023 sockets; each takes two descriptors, so not more than the limit on those allows.
  LocalSub outcomes(context, MaxFrame{1000});
  for (int n = 0; n < 150; ++n) outcomes.bind(directory.endpoint("o" + std::to_string(n)));
  for (int n = 0; n < 150; ++n) outcomes.unbind(directory.endpoint("o" + std::to_string(n)));
  std::vector<std::unique_ptr<LocalPush>> pipes;
  for (int n = 0; n < 150; ++n) {
    pipes.push_back(std::make_unique<LocalPush>(context, directory.endpoint("j" + std::to_string(n))));
  }
}

}  // namespace
}  // namespace dtest::bus::test
