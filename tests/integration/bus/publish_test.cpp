// XPUB and SUB: the result channel and the event stream.
#include <signal.h>

#include "bus/sub_socket.hpp"
#include "bus/xpub_socket.hpp"
#include "child.hpp"

namespace dtest::bus::test {
namespace {

constexpr MaxFrame kMax{1000};

struct PublishTest : BusTest {
  Endpoint endpoint = directory.endpoint("r");

  /// Waits for the next (un)subscription.
  Subscription next(XPubSocket& pub) {
    const auto watch = loop.watch(pub, [] { return false; });
    std::vector<Subscription> found;
    EXPECT_TRUE(turn_until([&] { return !(found = pub.read_subscriptions()).empty(); }));
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Subscription{} : found.front();
  }
  Message next(SubSocket& sub) {
    const auto watch = loop.watch(sub, [] { return false; });
    std::optional<Message> got;
    EXPECT_TRUE(turn_until([&] { return (got = sub.receive()).has_value(); }));
    return got.value_or(Message{{""}});
  }
};

TEST_F(PublishTest, LosesNothingOnceTheSubscriptionWasSeen) {
  for (int round = 0; round < 20; ++round) {
    const Endpoint here = directory.endpoint("r" + std::to_string(round));
    XPubSocket pub(context, here);
    SubSocket sub(context, here, "r/1/", kMax);
    EXPECT_EQ(next(pub).topic, "r/1/");
    for (int n = 0; n < 20'000; ++n) pub.send("r/1/", std::to_string(n));
    int expected = 0;
    const auto watch = loop.watch(sub, [&] {
      const auto message = sub.receive();
      if (message) {
        EXPECT_EQ(message->body(), std::to_string(expected++));
      }
      return message.has_value();
    });
    ASSERT_TRUE(turn_until([&] { return expected == 20'000; })) << expected;
  }
}

TEST_F(PublishTest, CarriesTwoFramesOrThree) {
  XPubSocket pub(context, endpoint);
  SubSocket sub(context, endpoint, "t/", kMax);
  next(pub);
  pub.send("other", "not for it");
  pub.send("t/a", "map");
  pub.send("t/b", "map", std::string("raw\0bytes", 9));
  EXPECT_EQ(next(sub).frames, (std::vector<std::string>{"t/a", "map"}));
  EXPECT_EQ(next(sub).frames, (std::vector<std::string>{"t/b", "map", std::string("raw\0bytes", 9)}));
}

TEST_F(PublishTest, TellsOfEverySubscriberAndOfItsEnd) {
  XPubSocket pub(context, endpoint);
  SubSocket first(context, endpoint, "t", kMax);
  EXPECT_TRUE(next(pub).subscribed);
  Child second({"tool", endpoint.text()});
  EXPECT_TRUE(next(pub).subscribed);
  second.signal(SIGKILL);
  const Subscription gone = next(pub);
  EXPECT_EQ(gone.topic, "t");
  EXPECT_FALSE(gone.subscribed);
  first.subscribe("snap/1");
  EXPECT_EQ(next(pub).topic, "snap/1");
  first.unsubscribe("snap/1");
  EXPECT_FALSE(next(pub).subscribed);
}

TEST_F(PublishTest, ComesBackAfterAnOversizedFrameByANewConnection) {
  XPubSocket pub(context, endpoint);
  SubSocket sub(context, endpoint, "t", kMax);
  EXPECT_TRUE(next(pub).subscribed);
  pub.send("t", std::string(kMax.bytes + 1, 'x'));
  EXPECT_FALSE(next(pub).subscribed);
  pub.send("t", "unheard");
  sub.reconnect();
  EXPECT_TRUE(next(pub).subscribed);
  pub.send("t", "heard");
  EXPECT_EQ(next(sub).body(), "heard");
}

TEST_F(PublishTest, DoesNotWaitForAReaderThatSleeps) {
  constexpr int kCount = 200'000;
  XPubSocket pub(context, endpoint, 10'000);
  Child asleep({"tool", endpoint.text()});
  next(pub);
  asleep.signal(SIGSTOP);
  const base::Instant begin = clock_now();
  const std::string padding(200, '.');
  for (int n = 0; n < kCount; ++n) pub.send("t", std::to_string(n), padding);
  EXPECT_LT(clock_now() - begin, kLimit);
  asleep.signal(SIGCONT);
  const auto watch = loop.watch(pub, [] { return false; });
  bool gone = false;
  ASSERT_TRUE(turn_until([&] {
    pub.send("t", "end");  // may be lost as well while the reader catches up
    for (const Subscription& s : pub.read_subscriptions()) gone = gone || !s.subscribed;
    return gone;
  }));
  const std::string said = asleep.line();
  const long count = std::stol(said), missing = std::stol(said.substr(said.find(' ')));
  EXPECT_GE(count, 10'000);
  EXPECT_LT(count + missing, kCount + 1);
  EXPECT_LT(count, kCount);
}

}  // namespace
}  // namespace dtest::bus::test
