// What the tests of Keeper share: a guardian, scripts that say how far they are, and events with a deadline.
#pragma once
#include <gtest/gtest.h>
#include <poll.h>

#include <deque>
#include <memory>
#include <string>

#include "guardian/keeper.hpp"
#include "support/processes.hpp"
#include "support/signpost.hpp"

namespace dtest::guardian {

class KeeperTest : public testing::Test {
 protected:
  static constexpr base::Duration kGrace{300'000}, kLongGrace{60'000'000}, kNoGrace{0};

  void SetUp() override { keeper = make_keeper(); }
  void TearDown() override { keeper.reset(); }

  std::unique_ptr<Keeper> make_keeper() {
    return std::make_unique<Keeper>(
        Keeper::Options{.exe = GUARDIAN_HELPER, .mark = mark.value(), .remove = {dir.file("removed")}, .grace = kGrace});
  }

  /// Starts a script as a token; `$P` in it is the signpost.
  void start(Token token, const std::string& script) {
    Spec spec;
    spec.token = token;
    spec.argv = {"sh", "-c", script};
    spec.env = {{"P", post.path()}};
    spec.output = dir.file("output");
    keeper->spawn(spec);
  }

  /// Waits for the next event of this type; those before it are dropped.
  template <class T>
  T next() {
    const base::Instant end = system::SystemClock().now() + support::kPatience;
    while (true) {
      while (!events.empty()) {
        const KeeperEvent event = std::move(events.front());
        events.pop_front();
        if (const auto* found = std::get_if<T>(&event)) return *found;
        if (std::holds_alternative<Lost>(event)) throw std::runtime_error("the guardian was lost");
      }
      pollfd ready{keeper->fd(), POLLIN, 0};
      if (::poll(&ready, 1, support::left_ms(end)) == 0) throw std::runtime_error("an event did not come");
      for (auto& event : keeper->read()) events.push_back(std::move(event));
    }
  }

  /// Nothing of it runs any more, here and now.
  void expect_gone(pid_t pid) { EXPECT_FALSE(support::alive(pid)) << pid; }

  support::Marked mark{kSessionVariable};  // the last to go: whatever a failed test leaves is killed
  support::TempDir dir;
  support::Signpost post{dir};
  std::unique_ptr<Keeper> keeper;
  std::deque<KeeperEvent> events;
};

}  // namespace dtest::guardian
