#include "bus/loop.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dtest::bus {
namespace {

using base::Duration;
using base::Instant;

constexpr Instant at(std::int64_t us) { return Instant(Duration(us)); }

/// A pipe whose reading end holds what was put into it.
class Pipe {
 public:
  Pipe() {
    if (::pipe(ends_.data()) != 0) throw std::runtime_error("pipe");
  }
  ~Pipe() {
    close_writer();
    ::close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int fd() const { return ends_[0]; }
  void put(int bytes) { ASSERT_EQ(::write(ends_[1], std::string(bytes, 'x').data(), bytes), bytes); }
  /// One byte; false at the end.
  bool take() {
    char byte = 0;
    return ::read(ends_[0], &byte, 1) == 1;
  }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

struct LoopTest : testing::Test {
  Instant clock = at(1000);
  int clock_reads = 0;
  Loop loop{[this] {
    ++clock_reads;
    return clock;
  }};
};

TEST(WaitMs, RoundsUpSoThatAWaitDoesNotEndBeforeItsDeadline) {
  EXPECT_EQ(wait_ms(at(0), at(1)), 1);
  EXPECT_EQ(wait_ms(at(0), at(1000)), 1);
  EXPECT_EQ(wait_ms(at(0), at(1001)), 2);
  EXPECT_EQ(wait_ms(at(5), at(500'005)), 500);
}

TEST(WaitMs, HasNoWaitForThePastAndNoEndForNever) {
  EXPECT_EQ(wait_ms(at(7), at(7)), 0);
  EXPECT_EQ(wait_ms(at(7), at(6)), 0);
  EXPECT_EQ(wait_ms(at(7), base::kNever), -1);
  EXPECT_EQ(wait_ms(at(0), base::kNever - Duration(1)), 86'400'000);
}

TEST_F(LoopTest, CallsBackWhatIsReadableOnly) {
  Pipe full, empty;
  full.put(1);
  int full_calls = 0;
  const auto a = loop.watch_fd(full.fd(), [&] { return ++full_calls, full.take(), false; });
  const auto b = loop.watch_fd(empty.fd(), [&]() -> bool { ADD_FAILURE(); return false; });
  loop.run_once(clock);
  loop.run_once(clock);
  EXPECT_EQ(full_calls, 1);
}

TEST_F(LoopTest, HandsOutOneInstantPerTurn) {
  Pipe first, second;
  first.put(1);
  second.put(1);
  std::vector<Instant> seen;
  const auto look = [&] { return seen.push_back(loop.now()), clock += Duration(5), false; };
  const auto a = loop.watch_fd(first.fd(), look);
  const auto b = loop.watch_fd(second.fd(), look);
  loop.run_once(clock);
  EXPECT_EQ(seen, (std::vector<Instant>{at(1000), at(1000)}));
  loop.run_once(clock);
  EXPECT_EQ(seen.back(), at(1010));
}

TEST_F(LoopTest, DrainsABusySourceOnlySoFarPerTurn) {
  Pipe busy, quiet;
  busy.put(Loop::kBurst * 2 + 1);
  quiet.put(1);
  int taken = 0, quiet_calls = 0;
  const auto a = loop.watch_fd(busy.fd(), [&] { return ++taken, busy.take(); });
  const auto b = loop.watch_fd(quiet.fd(), [&] { return ++quiet_calls, quiet.take(), false; });
  loop.run_once(clock);
  EXPECT_EQ(taken, Loop::kBurst);
  EXPECT_EQ(quiet_calls, 1);
  loop.run_once(clock);
  EXPECT_EQ(taken, Loop::kBurst * 2);
}

TEST_F(LoopTest, TellsOfTheEndOfAPipe) {
  Pipe pipe;
  pipe.close_writer();
  bool ended = false;
  Loop::Watch watch = loop.watch_fd(pipe.fd(), [&] {
    ended = !pipe.take();
    watch.reset();
    return true;  // no further call comes although more is promised
  });
  loop.run_once(clock);
  EXPECT_TRUE(ended);
  EXPECT_FALSE(watch);
  loop.run_once(clock);
}

TEST_F(LoopTest, ForgetsAnotherSourceInTheSameTurn) {
  Pipe first, second;
  first.put(1);
  second.put(1);
  Loop::Watch b;
  const auto a = loop.watch_fd(first.fd(), [&] { return b.reset(), first.take(), false; });
  b = loop.watch_fd(second.fd(), [&]() -> bool { ADD_FAILURE(); return false; });
  loop.run_once(clock);
}

TEST_F(LoopTest, WaitsForWhatACallbackRegisteredFromTheNextTurnOn) {
  Pipe first, second;
  first.put(1);
  second.put(1);
  int calls = 0;
  Loop::Watch b;
  const auto a = loop.watch_fd(first.fd(), [&] {
    first.take();
    b = loop.watch_fd(second.fd(), [&] { return ++calls, second.take(), false; });
    return false;
  });
  loop.run_once(clock);
  EXPECT_EQ(calls, 0);
  loop.run_once(clock);
  EXPECT_EQ(calls, 1);
}

TEST_F(LoopTest, LetsAWatchOutliveIt) {
  Pipe pipe;
  Loop::Watch watch;
  {
    Loop shorter([] { return at(0); });
    watch = shorter.watch_fd(pipe.fd(), [] { return false; });
  }
  watch.reset();
}

TEST_F(LoopTest, SleepsUntilTheDeadlineWithoutSpinning) {
  Pipe pipe;
  const auto a = loop.watch_fd(pipe.fd(), [] { return false; });
  int turns = 0;
  // Each wait, however long, moves this clock to its deadline: so every turn is one that was due.
  Instant due = clock + Duration(1500);
  loop.run([&] { return due; },
           [&](Instant now) {
             clock = due;
             due += Duration(1500);
             EXPECT_EQ(now, at(1000 + 1500 * turns));
             if (++turns == 4) loop.stop();
           });
  EXPECT_EQ(turns, 4);
  EXPECT_EQ(clock_reads, 1 + 2 * turns);
}

TEST_F(LoopTest, RefusesToWaitForNothing) { EXPECT_THROW(loop.run_once(base::kNever), std::logic_error); }

TEST_F(LoopTest, DoesNotSleepOverWhatIsAtHand) {
  struct Hoard : Pollable {
    int left = 3;
    void interests(std::vector<Interest>&) const override {}
    [[nodiscard]] bool at_hand() const override { return left > 0; }
  } hoard;
  const auto a = loop.watch(hoard, [&] { return --hoard.left, false; });
  for (int n = 0; n < 3; ++n) loop.run_once(base::kNever);
  EXPECT_EQ(hoard.left, 0);
}

void on_alarm(int) {}

TEST_F(LoopTest, EndsATurnWhenASignalComes) {
  struct sigaction action{}, old{};
  action.sa_handler = on_alarm;
  ASSERT_EQ(::sigaction(SIGALRM, &action, &old), 0);
  Pipe pipe;
  const auto a = loop.watch_fd(pipe.fd(), []() -> bool { ADD_FAILURE(); return false; });
  ::ualarm(20'000, 0);
  loop.run_once(base::kNever);
  ::sigaction(SIGALRM, &old, nullptr);
}

}  // namespace
}  // namespace dtest::bus
