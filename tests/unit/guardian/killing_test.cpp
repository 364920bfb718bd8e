#include "guardian/killing.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace dtest::guardian {
namespace {

using system::Process;

base::Instant at(std::int64_t ms) { return base::Instant{base::Duration{ms * 1000}}; }
constexpr base::Duration kGrace{100'000};

class KillingTest : public testing::Test {
 protected:
  std::vector<std::pair<pid_t, int>> step(base::Instant now, const std::vector<pid_t>& pids) {
    std::vector<Process> targets;
    for (const pid_t pid : pids) targets.push_back({.pid = pid, .start = 1});
    std::vector<Signal> out;
    killing.step(now, targets, out);
    std::vector<std::pair<pid_t, int>> found;
    for (const Signal& s : out) found.emplace_back(s.process.pid, s.number);
    return found;
  }
  using Sent = std::vector<std::pair<pid_t, int>>;
  Killing killing{at(0), kGrace};
};

TEST_F(KillingTest, TermAndContOnceToEach) {
  EXPECT_EQ(step(at(0), {2}), (Sent{{2, SIGTERM}, {2, SIGCONT}}));
  EXPECT_EQ(step(at(1), {2, 3}), (Sent{{3, SIGTERM}, {3, SIGCONT}}));
  EXPECT_EQ(step(at(2), {2, 3}), Sent{});
}

TEST_F(KillingTest, TermAgainToWhatHasBecomeAnotherProgram) {
  std::vector<Signal> out;
  killing.step(at(0), {{.pid = 2, .name = "sh"}}, out);
  killing.step(at(1), {{.pid = 2, .name = "sh"}}, out);
  EXPECT_EQ(out.size(), 2U);
  killing.step(at(2), {{.pid = 2, .name = "sleep"}}, out);
  EXPECT_EQ(out.size(), 4U);
}

TEST_F(KillingTest, KillAgainAndAgainAfterTheGrace) {
  step(at(0), {2});
  EXPECT_EQ(step(at(100), {2}), (Sent{{2, SIGKILL}}));
  EXPECT_EQ(step(at(101), {2, 3}), (Sent{{2, SIGKILL}, {3, SIGKILL}}));
}

TEST_F(KillingTest, StepsBecomeSeldomAndSoonAgainForNewcomers) {
  step(at(0), {2});
  EXPECT_EQ(killing.next_step(), at(1));
  step(at(1), {2});
  EXPECT_EQ(killing.next_step(), at(3));
  for (int i = 3; i < 100; ++i) step(at(i), {2});
  EXPECT_EQ(killing.next_step(), at(100));  // never past the deadline
  step(at(100), {2});
  EXPECT_EQ(killing.next_step(), at(101));
  for (int i = 0; i < 20; ++i) step(at(200), {2});
  EXPECT_EQ(killing.next_step(), at(300));
  step(at(300), {2, 4});
  EXPECT_EQ(killing.next_step(), at(301));
}

TEST_F(KillingTest, TheGraceCanOnlyBecomeShorter) {
  killing.hasten(at(0), base::Duration{900'000});
  EXPECT_EQ(step(at(100), {2}), (Sent{{2, SIGKILL}}));
  Killing other(at(0), base::Duration{900'000});
  other.hasten(at(10), base::Duration::zero());
  std::vector<Signal> out;
  other.step(at(10), {{.pid = 2}}, out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].number, SIGKILL);
}

}  // namespace
}  // namespace dtest::guardian
