#include <gtest/gtest.h>

#include "protocol/codec.hpp"

namespace dtest::protocol {
namespace {

TEST(Names, OutcomesComeBack) {
  for (Outcome o : {Outcome::done, Outcome::load_error, Outcome::crashed, Outcome::timed_out, Outcome::returned,
                    Outcome::stopped})
    EXPECT_EQ(outcome_from(name(o)), o);
  EXPECT_EQ(outcome_from("perfect"), std::nullopt);
}

TEST(Names, TopicAndRun) {
  auto run = *base::RunId::from_hex("b0b38ba700112233445566778899aabb");
  EXPECT_EQ(result_topic(run), "r/b0b38ba700112233445566778899aabb/");
  EXPECT_EQ(run_of_topic(result_topic(run)), run);
  for (const char* bad : {"", "r/", "r/b0b38ba7/", "x/b0b38ba700112233445566778899aabb/",
                          "r/b0b38ba700112233445566778899aabbx", "r/b0b38ba700112233445566778899aabb/more"})
    EXPECT_EQ(run_of_topic(bad), std::nullopt) << bad;
}

TEST(Names, Paths) {
  for (const char* good : {"a", "a/b.rb", "..a/b", "a..", ".rspec", "spec/日本_spec.rb", "a b"})
    EXPECT_TRUE(valid_path(good)) << good;
  for (const char* bad : {"", "/a", "a/", "a//b", ".", "..", "a/..", "a/./b", "../a"})
    EXPECT_FALSE(valid_path(bad)) << bad;
  EXPECT_TRUE(valid_path(std::string(4096, 'a')));
  EXPECT_FALSE(valid_path(std::string(4097, 'a')));
}

}  // namespace
}  // namespace dtest::protocol
