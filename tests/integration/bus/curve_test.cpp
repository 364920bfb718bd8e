// Keys on TCP: who gets in, and what a stranger sees.
#include "bus/link_monitor.hpp"
#include "bus/pull_socket.hpp"
#include "bus/push_socket.hpp"
#include "bus/sub_socket.hpp"
#include "bus/xpub_socket.hpp"
#include "bus/zap.hpp"
#include "child.hpp"
#include "tcp.hpp"

namespace dtest::bus::test {
namespace {

constexpr MaxFrame kMax{1000};

// A node with one allowed key.
struct CurveTest : BusTest {
  KeyPair node = draw_key_pair();
  KeyPair anna = draw_key_pair();
  std::set<std::string> allowed{anna.open.text()};
  std::vector<std::string> refusals;
  Zap zap{context, [this](const PublicKey& key) { return allowed.contains(key.text()); },
          [this](const std::string& why, const std::string& address) { refusals.push_back(why + " from " + address); }};
  Loop::Watch zap_watch = loop.watch(zap, [this] { return zap.serve(); });
  Context elsewhere;  ///< of the one who connects: another process as far as ZAP goes
  Endpoint endpoint = free_tcp_endpoint();
  PullSocket pull{context, endpoint, kMax, CurveServer{&node}};

  std::optional<Message> next() {
    std::optional<Message> got;
    const auto watch = loop.watch(pull, [] { return false; });
    turn_until([&] { return (got = pull.receive()).has_value(); });
    return got;
  }
  LinkNews news_of(LinkMonitor& monitor) {
    const auto watch = loop.watch(monitor, [] { return false; });
    std::optional<LinkNews> got;
    EXPECT_TRUE(turn_until([&] { return (got = monitor.read()).has_value(); }));
    return got.value_or(LinkNews::down);
  }
  // What connecting with these keys leads to.
  LinkNews outcome(const KeyPair& own, const PublicKey& server) {
    PushSocket push(elsewhere, endpoint, CurveClient{&own, server});
    LinkMonitor monitor(elsewhere, push);
    return news_of(monitor);
  }
};

TEST_F(CurveTest, MessagesBearTheKeyOfTheirSender) {
  PushSocket push(elsewhere, endpoint, CurveClient{&anna, node.open});
  LinkMonitor monitor(elsewhere, push);
  ASSERT_EQ(news_of(monitor), LinkNews::up);
  ASSERT_TRUE(push.send("hello"));
  auto got = next();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->body(), "hello");
  EXPECT_EQ(got->user, anna.open.text());
  EXPECT_TRUE(refusals.empty());
}

TEST_F(CurveTest, AnUnknownKeyIsRefusedAndNamed) {
  KeyPair stranger = draw_key_pair();
  EXPECT_EQ(outcome(stranger, node.open), LinkNews::refused);
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals.front(), "unknown key " + stranger.open.text() + " from 127.0.0.1");
}

TEST_F(CurveTest, ARevokedKeyIsRefusedAtItsNextConnection) {
  EXPECT_EQ(outcome(anna, node.open), LinkNews::up);
  allowed.clear();
  EXPECT_EQ(outcome(anna, node.open), LinkNews::refused);
}

TEST_F(CurveTest, ARefusedSocketComesInByANewConnectionOnceItsKeyIsAllowed) {
  KeyPair late = draw_key_pair();
  PushSocket push(elsewhere, endpoint, CurveClient{&late, node.open});
  LinkMonitor monitor(elsewhere, push);
  ASSERT_EQ(news_of(monitor), LinkNews::refused);
  allowed.insert(late.open.text());
  push.reconnect();
  EXPECT_EQ(news_of(monitor), LinkNews::up);
  ASSERT_TRUE(push.send("late"));
  EXPECT_EQ(next().value_or(Message{{""}, ""}).body(), "late");
}

TEST_F(CurveTest, AnotherNodesKeyIsNotSpokenTo) {
  KeyPair other = draw_key_pair();
  EXPECT_EQ(outcome(anna, other.open), LinkNews::other_key);
  EXPECT_TRUE(refusals.empty()) << "its own key did not leave the client";
}

TEST_F(CurveTest, WhoKnowsTheKeyOfTheNodeOnlyIsNotLetIn) {
  KeyPair stranger = draw_key_pair();
  PushSocket push(elsewhere, endpoint, CurveClient{&stranger, node.open});
  LinkMonitor monitor(elsewhere, push);
  ASSERT_EQ(news_of(monitor), LinkNews::refused);
  EXPECT_FALSE(push.send("no peer"));
  EXPECT_FALSE(pull.receive());
}

// What a web page or any local user could write to a plain socket.
TEST_F(CurveTest, PlainBytesBringNothingIn) {
  const std::string http = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n\x01\x00\x04\x00evil";
  const std::string old("\x01\x00\x05\x00" "evil", 8);
  std::string null_greeting(64, '\0');
  null_greeting[0] = '\xff';
  null_greeting.replace(9, 3, "\x7f\x03\x00", 3);
  null_greeting.replace(12, 4, "NULL");
  for (const std::string& bytes : {http, old, null_greeting}) {
    Tcp peer(endpoint.port());
    peer.send(bytes);
    peer.shut();
    std::string ignored;
    turn_until([&] { return peer.read(ignored) == 0; });
    EXPECT_TRUE(peer.ended()) << "it stays connected";
  }
  EXPECT_FALSE(pull.receive());
}

TEST_F(CurveTest, ABreachOfTheLimitEndsTheConnectionAndANewOneHeals) {
  Endpoint results = free_tcp_endpoint();
  XPubSocket pub(context, results, 0, CurveServer{&node});
  SubSocket sub(elsewhere, results, "t", kMax, CurveClient{&anna, node.open});
  LinkMonitor monitor(elsewhere, sub);
  const auto watch = loop.watch(pub, [] { return false; });
  auto subscribed = [&](bool wanted) {
    std::vector<Subscription> found;
    return turn_until([&] {
      if (found.empty()) found = pub.read_subscriptions();
      return !found.empty() && found.front().subscribed == wanted;
    });
  };
  ASSERT_TRUE(subscribed(true));
  ASSERT_EQ(news_of(monitor), LinkNews::up);
  pub.send("t", std::string(2 * kMax.bytes, 'x'));
  ASSERT_EQ(news_of(monitor), LinkNews::down);
  ASSERT_TRUE(subscribed(false));
  sub.reconnect();
  ASSERT_EQ(news_of(monitor), LinkNews::up);
  ASSERT_TRUE(subscribed(true));
  pub.send("t", "heard");
  std::optional<Message> got;
  const auto sub_watch = loop.watch(sub, [] { return false; });
  ASSERT_TRUE(turn_until([&] { return (got = sub.receive()).has_value(); }));
  EXPECT_EQ(got->body(), "heard");
}

TEST_F(CurveTest, NobodyOnTheWayReadsAName) {
  Relay relay(endpoint.port());
  const Endpoint through = Endpoint::parse_any("tcp://127.0.0.1:" + std::to_string(relay.port()));
  PushSocket push(elsewhere, through, CurveClient{&anna, node.open});
  LinkMonitor monitor(elsewhere, push);
  ASSERT_EQ(news_of(monitor), LinkNews::up);
  const std::string secret = "shop spec/models/invoice_spec.rb adds tax";
  ASSERT_TRUE(push.send(secret));
  ASSERT_EQ(next().value_or(Message{{""}, ""}).body(), secret);
  const std::string seen = relay.seen();
  EXPECT_GT(seen.size(), secret.size() + 200) << "the handshake and the message went through the relay";
  for (const char* part : {"shop", "spec", "invoice", "tax"}) EXPECT_EQ(seen.find(part), std::string::npos) << part;
}

}  // namespace
}  // namespace dtest::bus::test
