// Numbers and timers of one link.
#include "master/node_link.hpp"

#include <gtest/gtest.h>

#include "protocol/codec.hpp"

namespace dtest::master {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Link : testing::Test {
  Limits limits;
  base::Instant now{seconds(1000)};
  NodeLink link{"a", hello(), limits, now};
  protocol::NodeHeader header{base::SessionNumber(1), base::Epoch(9), base::BeatNumber(1), base::JobNumber(0),
                              base::JobNumber(5), base::ReportNumber(0)};
  std::vector<protocol::Work> sent;

  static protocol::Hello hello() {
    protocol::Hello h;
    h.number = base::SessionNumber(1);
    h.options.project = "/p";
    return h;
  }
  NodeLink::Heard hear(decltype(protocol::Result::content) content) {
    Actions actions;
    auto heard = link.on_result({header, std::move(content)}, now, actions);
    keep(actions);
    return heard;
  }
  NodeLink::Heard reports(std::uint64_t first, std::size_t count) {
    header.newest = std::max(header.newest, base::ReportNumber(first + count - 1));
    return hear(protocol::Reports{base::ReportNumber(first), std::vector<protocol::Body>(count, protocol::Notice{})});
  }
  void tick() {
    Actions actions;
    link.tick(now, actions);
    keep(actions);
  }
  void send() {
    Actions actions;
    protocol::ItemWork work;
    work.path = "f";
    link.send(work, now, actions);
    keep(actions);
  }
  void keep(const Actions& actions) {
    for (const Send& a : actions) sent.push_back(*protocol::decode_work(a.frame).message);
  }
  template <class W>
  std::vector<W> said() {
    std::vector<W> found;
    for (const auto& work : sent)
      if (const auto* w = std::get_if<W>(&work)) found.push_back(*w);
    sent.clear();
    return found;
  }
};

TEST_F(Link, IsLiveWithTheFirstAnswerOfItsNumber) {
  header.number = base::SessionNumber(2);
  EXPECT_FALSE(hear(protocol::Beat{}).joined);
  header.number = base::SessionNumber(1);
  EXPECT_TRUE(hear(protocol::Beat{}).joined);
  EXPECT_EQ(link.state(), NodeLink::State::live);
  EXPECT_EQ(link.free_credit(), 5U);
  EXPECT_FALSE(hear(protocol::Beat{}).joined);
}

TEST_F(Link, AppliesReportsInOrderOnly) {
  hear(protocol::Beat{});
  EXPECT_EQ(reports(1, 2).bodies.size(), 2U);
  EXPECT_EQ(reports(1, 2).bodies.size(), 0U);
  EXPECT_EQ(reports(4, 1).bodies.size(), 0U);
  EXPECT_EQ(reports(2, 3).bodies.size(), 2U) << "3 and 4";
}

TEST_F(Link, AcknowledgesWithin50Milliseconds) {
  hear(protocol::Beat{});
  tick();
  sent.clear();
  reports(1, 2);
  EXPECT_EQ(link.next_deadline(), now + milliseconds(50));
  now += milliseconds(50);
  tick();
  auto pings = said<protocol::Ping>();
  ASSERT_EQ(pings.size(), 1U);
  EXPECT_EQ(pings[0].ack, base::ReportNumber(2));
  EXPECT_EQ(pings[0].beat, base::BeatNumber(1));
  EXPECT_FALSE(pings[0].gap);
}

TEST_F(Link, ARepetitionIsAcknowledgedAtOnce) {
  hear(protocol::Beat{});
  reports(1, 1);
  sent.clear();
  reports(1, 1);
  EXPECT_EQ(said<protocol::Ping>().size(), 1U);
}

TEST_F(Link, AsksForAGapEvery50MillisecondsAtMost) {
  hear(protocol::Beat{});
  sent.clear();
  reports(3, 1);
  auto pings = said<protocol::Ping>();
  ASSERT_EQ(pings.size(), 1U);
  EXPECT_TRUE(pings[0].gap);
  EXPECT_EQ(pings[0].ack, base::ReportNumber(0));
  now += milliseconds(49);
  hear(protocol::Beat{});
  EXPECT_TRUE(said<protocol::Ping>().empty());
  now += milliseconds(1);
  hear(protocol::Beat{});  // its header tells of a lost tail
  EXPECT_EQ(said<protocol::Ping>().size(), 1U);
}

TEST_F(Link, SendsUnacceptedJobsAgain) {
  hear(protocol::Beat{});
  tick();
  sent.clear();
  send();
  send();
  EXPECT_EQ(link.free_credit(), 3U);
  header.accepted = base::JobNumber(1);
  hear(protocol::Beat{});
  sent.clear();
  std::vector<std::int64_t> waits;
  base::Instant last = now;
  for (int i = 0; i < 3000; ++i) {
    now += milliseconds(1);
    tick();
    if (auto again = said<protocol::ItemWork>(); !again.empty()) {
      ASSERT_EQ(again.size(), 1U);
      EXPECT_EQ(again[0].job, base::JobNumber(2));
      waits.push_back((now - last).count() / 1000);
      last = now;
    }
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{400, 800, 1600}));
}

TEST_F(Link, CreditNeverFallsAndAcceptedIsNeverMoreThanSent) {
  hear(protocol::Beat{});
  header.credit = base::JobNumber(2);
  header.accepted = base::JobNumber(77);
  hear(protocol::Beat{});
  EXPECT_EQ(link.free_credit(), 5U);
}

TEST_F(Link, ANewSessionBeginsFromNothing) {
  hear(protocol::Beat{});
  send();
  reports(1, 3);
  link.restart(now);
  EXPECT_EQ(link.state(), NodeLink::State::greeting);
  EXPECT_FALSE(hear(protocol::Beat{}).joined) << "a dead epoch";
  header = {base::SessionNumber(2), base::Epoch(10), base::BeatNumber(1), base::JobNumber(0), base::JobNumber(2),
            base::ReportNumber(0)};
  EXPECT_TRUE(hear(protocol::Beat{}).joined);
  EXPECT_EQ(link.free_credit(), 2U);
  EXPECT_EQ(reports(1, 1).bodies.size(), 1U);
}

TEST_F(Link, ByeAndCancelAreSaidWithEveryPing) {
  hear(protocol::Beat{});
  Actions actions;
  link.cancel(true, actions);
  link.cancel(false, actions);
  link.bye(now, actions);
  keep(actions);
  sent.clear();
  now += seconds(1);
  tick();
  EXPECT_EQ(sent.size(), 3U);
  auto cancels = said<protocol::Cancel>();
  ASSERT_EQ(cancels.size(), 1U);
  EXPECT_TRUE(cancels[0].kill) << "never taken back";
}

TEST_F(Link, SilenceHasTwoStages) {
  hear(protocol::Beat{});
  now += milliseconds(2499);
  EXPECT_FALSE(link.silent(now));
  now += milliseconds(1);
  EXPECT_TRUE(link.silent(now));
  EXPECT_FALSE(link.dead(now));
  now += milliseconds(7500);
  EXPECT_TRUE(link.dead(now));
}

}  // namespace
}  // namespace dtest::master
