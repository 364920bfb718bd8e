// What runners said is heard to its end, however they ended.
#include "bus/local_sub.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "bus/endpoint.hpp"
#include "child.hpp"

namespace dtest::bus::test {
namespace {

constexpr MaxFrame kMax{1'000'000};

struct LocalSubTest : BusTest {
  LocalSub sub{context, kMax};
  std::vector<std::string> events;  // "+o1" connected, "-o1" disconnected
  std::vector<int> numbers;         // what messages said
  std::map<std::string, std::size_t> heard_at_end;
  Loop::Watch watch = loop.watch(sub, [this] { return take(); });

  std::string bind(const std::string& name) {
    sub.bind(directory.endpoint(name));
    return directory.endpoint(name).text();
  }
  bool take() {
    auto event = sub.receive();
    if (!event) return false;
    if (const auto* message = std::get_if<Message>(&*event)) numbers.push_back(std::stoi(message->frames[0]));
    if (const auto* up = std::get_if<Connected>(&*event)) events.push_back("+" + name(up->endpoint));
    if (const auto* down = std::get_if<Disconnected>(&*event)) {
      events.push_back("-" + name(down->endpoint));
      heard_at_end[name(down->endpoint)] = numbers.size();
    }
    return true;
  }
  static std::string name(const std::string& endpoint) { return endpoint.substr(endpoint.rfind('/') + 1); }
  bool ended(std::size_t connections) {
    return turn_until([&] { return heard_at_end.size() == connections; });
  }
  /// A runner that publishes so many messages of this size and ends this way.
  static Child runner(const std::string& endpoint, int count, int size, const std::string& end) {
    return Child({"runner", endpoint, std::to_string(count), std::to_string(size), end});
  }
  void expect_all(const std::string& name, int count) {
    ASSERT_EQ(heard_at_end[name], static_cast<std::size_t>(count));
    for (int n = 0; n < count; ++n) ASSERT_EQ(numbers[static_cast<std::size_t>(n)], n);
  }
};

TEST_F(LocalSubTest, TellsOfAConnectionBeforeItsMessagesAndAfterThem) {
  Child child = runner(bind("o1"), 10, 20, "exit");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(events, (std::vector<std::string>{"+o1", "-o1"}));
  expect_all("o1", 10);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(LocalSubTest, HearsAllOfARunnerThatWasKilledRightAfterItsWrites) {
  for (int round = 0; round < 60; ++round) {
    const std::string name = "o1." + std::to_string(round);
    const int count = 1 + round * 97 % 3000;
    numbers.clear();
    const int size = round % 3 == 0 ? 20 : round % 3 == 1 ? 300 : 9000;
    Child child = runner(bind(name), count, size, round % 2 == 0 ? "kill" : "half");
    // Half of the rounds read on only when the runner is dead already. (Not at all before is not possible: a bound
    // SUB sends its subscription on the thread that reads it.)
    if (round % 4 < 2) {
      const std::string up = "+" + name;
      ASSERT_TRUE(turn_until([&] { return std::find(events.begin(), events.end(), up) != events.end(); })) << name;
      EXPECT_TRUE(WIFSIGNALED(child.wait()));
    }
    ASSERT_TRUE(turn_until([&] { return heard_at_end.contains(name); })) << name;
    expect_all(name, count);
    sub.unbind(directory.endpoint(name));
  }
}

TEST_F(LocalSubTest, HearsAllAlsoWhenTheKernelResetsTheConnection) {
  for (int round = 0; round < 20; ++round) {
    const std::string name = "o1." + std::to_string(round);
    // It never reads the subscription, but publishes only once it may: the greeting is done.
    Child child = runner(bind(name), 400, 200, "early");
    numbers.clear();
    ASSERT_TRUE(turn_until([&] { return heard_at_end.contains(name); })) << name;
    expect_all(name, 400);
  }
}

TEST_F(LocalSubTest, TellsTheEndOfEachOfManyRunners) {
  constexpr int kRunners = 40, kEach = 500;
  std::vector<Child> children;
  for (int n = 0; n < kRunners; ++n) {
    children.push_back(runner(bind("o" + std::to_string(n)), kEach, 100, n % 2 == 0 ? "kill" : "stay"));
  }
  ASSERT_TRUE(ended(kRunners / 2));
  ASSERT_TRUE(turn_until([&] { return numbers.size() == kRunners * kEach; }));
  for (int n = 0; n < kRunners; ++n) EXPECT_EQ(heard_at_end.contains("o" + std::to_string(n)), n % 2 == 0) << n;
  for (const Child& child : children) child.signal(SIGKILL);
  EXPECT_TRUE(ended(kRunners));
}

TEST_F(LocalSubTest, CutsOffWhoSendsTooMuchAndKeepsTheOthers) {
  Child good = runner(bind("good"), 0, 0, "stay");
  ASSERT_TRUE(turn_until([&] { return events.size() == 1; }));
  Child bad = runner(bind("bad"), 50, 20, "oversize");
  ASSERT_TRUE(ended(1));
  EXPECT_TRUE(turn_until([&] { return numbers.size() == 50; }));
  EXPECT_EQ(events, (std::vector<std::string>{"+good", "+bad", "-bad"}));
}

TEST_F(LocalSubTest, DoesNotTakeAVisitorForARunner) {
  const std::string endpoint = bind("o1");
  EXPECT_ANY_THROW(check_free(Endpoint::parse(endpoint)));  // connects, says nothing, goes
  Child child = runner(endpoint, 5, 20, "kill");
  ASSERT_TRUE(ended(1));
  EXPECT_EQ(events, (std::vector<std::string>{"+o1", "-o1"}));
  expect_all("o1", 5);
}

TEST_F(LocalSubTest, DropsAndCountsMessagesOfMoreThanOneFrame) {
  Child child = runner(bind("o1"), 3, 20, "parts");
  ASSERT_TRUE(ended(1));
  expect_all("o1", 3);
  EXPECT_EQ(sub.malformed(), 1U);
}

TEST_F(LocalSubTest, RemovesTheFileOfAnUnboundEndpoint) {
  bind("o1");
  sub.unbind(directory.endpoint("o1"));
  sub.unbind(directory.endpoint("never"));
  EXPECT_FALSE(std::filesystem::exists(directory.endpoint("o1").path()));
}

}  // namespace
}  // namespace dtest::bus::test
