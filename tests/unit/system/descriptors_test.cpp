#include "system/descriptors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <string>

#include "system/process.hpp"

namespace dtest::system {
namespace {

TEST(Descriptors, AreRaisedHereAndNotInWhatIsStarted) {
  rlimit original{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &original), 0);
  rlimit low = original;
  low.rlim_cur = 200;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), original.rlim_max);
  EXPECT_EQ(raise_descriptor_limit(), original.rlim_max) << "twice is once";
  SpawnSpec spec;
  spec.argv = {"sh", "-c", "ulimit -n"};
  EXPECT_EQ(run_and_capture(spec, std::chrono::seconds(30)).output, "200\n");
  ::setrlimit(RLIMIT_NOFILE, &original);
}

}  // namespace
}  // namespace dtest::system
