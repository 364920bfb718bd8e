#include "system/machine.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace dtest::system {
namespace {

TEST(Machine, KnowsItself) {
  EXPECT_EQ(last_part(self_exe()), "system_test");
  EXPECT_GE(cpu_count(), 1U);
  EXPECT_FALSE(host_name().empty());
  EXPECT_EQ(host_name().find('.'), std::string::npos);
  EXPECT_FALSE(user_name().empty());
}

TEST(Machine, ReadsQuotas) {
  EXPECT_DOUBLE_EQ(cpu_quota_v2("max 100000\n"), 0);
  EXPECT_DOUBLE_EQ(cpu_quota_v2("150000 100000\n"), 1.5);
  EXPECT_DOUBLE_EQ(cpu_quota_v2(""), 0);
  EXPECT_DOUBLE_EQ(cpu_quota_v1("-1\n", "100000\n"), 0);
  EXPECT_DOUBLE_EQ(cpu_quota_v1("200000\n", "100000\n"), 2);
  EXPECT_DOUBLE_EQ(cpu_quota_v1("200000", "0"), 0);
}

TEST(LastPart, LeavesTrailingSlashesOut) {
  EXPECT_EQ(last_part("/a/b"), "b");
  EXPECT_EQ(last_part("/a/b//"), "b");
  EXPECT_EQ(last_part("b"), "b");
  EXPECT_EQ(last_part("/"), "/");
  EXPECT_EQ(last_part(""), "");
}

}  // namespace
}  // namespace dtest::system
