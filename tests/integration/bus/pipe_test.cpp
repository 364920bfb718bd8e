// PUSH and PULL: the work pipe and the local pipe.
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>

#include "bus/local_push.hpp"
#include "bus/pull_socket.hpp"
#include "bus/push_socket.hpp"
#include "child.hpp"

namespace dtest::bus::test {
namespace {

struct PipeTest : BusTest {
  /// Sends until one is taken: there is nothing to wait on for "a peer is connected".
  bool send_until_taken(PushSocket& socket, const std::string& frame) {
    const base::Instant limit = clock_now() + kLimit;
    while (!socket.send(frame)) {
      if (clock_now() >= limit) return false;
      loop.run_once(clock_now() + kTurn);
    }
    return true;
  }
};

TEST_F(PipeTest, SaysThatItDidNotSendWhenNobodyIsThere) {
  PushSocket push(context, directory.endpoint("w"));
  EXPECT_FALSE(push.send("a"));
  PullSocket pull(context, directory.endpoint("w"), MaxFrame{1000});
  const auto watch = loop.watch(pull, [&] { return false; });
  ASSERT_TRUE(send_until_taken(push, "b"));
  std::optional<Message> got;
  ASSERT_TRUE(turn_until([&] { return (got = pull.receive()).has_value(); }));
  EXPECT_EQ(got->frames, std::vector<std::string>{"b"});
}

TEST_F(PipeTest, GivesNothingOldToTheNextIncarnationOfAKilledNode) {
  const std::string endpoint = directory.endpoint("w").text();
  PushSocket push(context, Endpoint::parse(endpoint));
  {
    Child first({"node", endpoint});
    ASSERT_EQ(first.line(), "bound");
    ASSERT_TRUE(send_until_taken(push, "one"));
    ASSERT_EQ(first.line(), "one");
    first.signal(SIGSTOP);
    for (int n = 0; n < 5000 && push.send("old"); ++n) {}
  }
  ASSERT_TRUE(turn_until([&] { return !push.send("old"); }));  // it notices that the connection is gone
  Child second({"node", endpoint});
  ASSERT_EQ(second.line(), "bound");
  ASSERT_TRUE(send_until_taken(push, "new"));
  EXPECT_EQ(second.line(), "new");
}

TEST_F(PipeTest, DropsTheConnectionOfWhoSendsTooMuch) {
  PullSocket pull(context, directory.endpoint("w"), MaxFrame{1000});
  PushSocket push(context, directory.endpoint("w"));
  const auto watch = loop.watch(pull, [&] { return false; });
  ASSERT_TRUE(send_until_taken(push, std::string(1001, 'x')));
  std::optional<Message> got;
  // The sender connects anew by itself; what it hands to the old connection is lost.
  ASSERT_TRUE(turn_until([&] {
    push.send("small");
    return (got = pull.receive()).has_value();
  }));
  EXPECT_EQ(got->body(), "small");
}

TEST_F(PipeTest, KeepsItemsUntilTheRunnerConnects) {
  LocalPush push(context, directory.endpoint("j1.1"));
  const auto watch = loop.watch(push, [&] { return push.flush(); });
  for (int n = 0; n < 50; ++n) ASSERT_TRUE(push.send(std::to_string(n)));
  EXPECT_EQ(push.queued(), 50U);
  Child runner({"pull", push.endpoint().text(), "60"});
  ASSERT_TRUE(turn_until([&] { return push.queued() == 0; }));
  for (int n = 50; n < 60; ++n) ASSERT_TRUE(push.send(std::to_string(n)));
  EXPECT_EQ(runner.wait(), 0);
}

TEST_F(PipeTest, KeepsOnlySoMany) {
  LocalPush push(context, directory.endpoint("j1.1"));
  for (std::size_t n = 0; n < LocalPush::kMaxFrames; ++n) ASSERT_TRUE(push.send("x"));
  EXPECT_FALSE(push.send("x"));
  LocalPush other(context, directory.endpoint("j1.2"));
  EXPECT_FALSE(other.send(std::string(LocalPush::kMaxBytes + 1, 'x')));
}

TEST_F(PipeTest, GoesOnWhenTheRunnerIsKilled) {
  LocalPush push(context, directory.endpoint("j1.1"));
  const auto watch = loop.watch(push, [&] { return push.flush(); });
  {
    Child runner({"pull", push.endpoint().text(), "1000000"});
    for (int n = 0; n < 30; ++n) push.send(std::to_string(n));
    ASSERT_TRUE(turn_until([&] { return push.queued() == 0; }));
  }
  std::size_t n = 0;
  while (push.send("more") && ++n < 1'000'000) {}
  EXPECT_LE(n, 1'000U + LocalPush::kMaxFrames);
}

}  // namespace
}  // namespace dtest::bus::test
