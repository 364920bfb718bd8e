#include "broker/outbox.hpp"

#include <gtest/gtest.h>

namespace dtest::broker {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct OutboxTest : testing::Test {
  Limits limits;
  base::Instant now{seconds(1000)};
  Outbox box{limits};

  std::vector<std::uint64_t> take() {
    std::vector<std::uint64_t> numbers;
    for (Outbox::Batch batch = box.take(now); !batch.bodies.empty(); batch = box.take(now))
      for (std::size_t i = 0; i < batch.bodies.size(); ++i) numbers.push_back(batch.first.value + i);
    return numbers;
  }
  void ack(std::uint64_t number) { box.acknowledge(base::ReportNumber(number), now); }
  using Numbers = std::vector<std::uint64_t>;
};

TEST_F(OutboxTest, HoldsBackForTheBatchTime) {
  box.add("a", false, now);
  EXPECT_EQ(take(), Numbers{});
  now += milliseconds(10);
  box.add("b", false, now);
  EXPECT_EQ(box.due(), now + milliseconds(10));
  now += milliseconds(10);
  EXPECT_EQ(take(), (Numbers{1, 2}));
}

TEST_F(OutboxTest, AnUrgentOneTakesAllWithIt) {
  box.add("a", false, now);
  box.add("b", true, now);
  EXPECT_EQ(take(), (Numbers{1, 2}));
  EXPECT_EQ(box.newest(), base::ReportNumber(2));
}

TEST_F(OutboxTest, TellsOnlyWhatWasPublished) {
  box.add("a", true, now);
  take();
  box.add("b", false, now);
  EXPECT_EQ(box.published(), base::ReportNumber(1));
  EXPECT_EQ(box.newest(), base::ReportNumber(2));
}

TEST_F(OutboxTest, SendsTheOldestAgainAfterTheRtoAndDoublesIt) {
  for (int i = 0; i < 3; ++i) box.add("x", true, now);
  take();
  EXPECT_EQ(box.due(), now + milliseconds(400));
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 5; ++i) {
    base::Instant before = now;
    now = box.due();
    waits.push_back((now - before).count() / 1000);
    EXPECT_EQ(take(), Numbers{1}) << "one is enough to see whether anybody hears";
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{400, 800, 1600, 2000, 2000}));
}

TEST_F(OutboxTest, AnAcknowledgementMakesTheRtoShortAgain) {
  for (int i = 0; i < 3; ++i) box.add("x", true, now);
  take();
  now = box.due();
  take();
  ack(1);
  EXPECT_EQ(box.due(), now + milliseconds(400));
  ack(3);
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.due(), base::kNever);
}

TEST_F(OutboxTest, AGapGetsEverythingAgain) {
  for (int i = 0; i < 4; ++i) box.add("x", true, now);
  take();
  now += milliseconds(5);
  ack(2);  // in the ping that asks
  box.gap(now);
  EXPECT_EQ(take(), (Numbers{3, 4}));
}

TEST_F(OutboxTest, AGapIsAnsweredEvery50MillisecondsAtMost) {
  box.add("x", true, now);
  take();
  box.gap(now);
  EXPECT_EQ(take(), Numbers{1});
  now += milliseconds(49);
  box.gap(now);
  EXPECT_EQ(take(), Numbers{});
  now += milliseconds(1);
  box.gap(now);
  EXPECT_EQ(take(), Numbers{1});
}

TEST_F(OutboxTest, AGapIsAnsweredWhileOthersArePublished) {
  box.add("x", true, now);
  take();
  for (int i = 0; i < 10; ++i) {
    now += milliseconds(20);
    box.add("y", true, now);
    take();
  }
  box.gap(now);
  EXPECT_EQ(take().size(), 11U);
}

TEST_F(OutboxTest, MessagesHaveASize) {
  limits.message_bytes = 10;
  for (int i = 0; i < 3; ++i) box.add("123456", true, now);
  EXPECT_EQ(box.take(now).bodies.size(), 1U);
  EXPECT_EQ(box.due(), now);
  EXPECT_EQ(take(), (Numbers{2, 3}));
  box.add(std::string(100, 'x'), true, now);
  EXPECT_EQ(take(), Numbers{4}) << "one that is too large goes alone";
}

TEST_F(OutboxTest, IsFullByCountAndByBytes) {
  limits.outbox_reports = 2;
  limits.outbox_bytes = 100;
  box.add("a", true, now);
  EXPECT_FALSE(box.full());
  box.add("b", true, now);
  EXPECT_TRUE(box.full());
  take();
  ack(2);
  EXPECT_FALSE(box.full());
  box.add(std::string(100, 'x'), true, now);
  EXPECT_TRUE(box.full());
}

}  // namespace
}  // namespace dtest::broker
