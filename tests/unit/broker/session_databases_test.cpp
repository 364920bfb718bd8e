// doc/protocol.md §10.2: a database has one runner.
#include <gtest/gtest.h>

#include "broker/session.hpp"
#include "rig.hpp"

namespace dtest::broker {
namespace {

using State = Session::State;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kShop = "postgresql://localhost:5432/shop_test";

class Databases : public testing::Test {
 protected:
  Databases() : rig(without_lease()) {}
  static Limits without_lease() {
    Limits limits;
    limits.lease.reset();
    return limits;
  }
  void boot(std::uint32_t runners) {
    rig.options.runners = runners;
    rig.hello();
    rig.boot_up();
    rig.forget();
  }
  std::vector<std::string> notices() {
    rig.pass(milliseconds(30));
    std::vector<std::string> texts;
    for (const protocol::Notice& notice : rig.reported<protocol::Notice>()) texts.push_back(notice.text);
    return texts;
  }
  // Those that were told to quit.
  std::vector<std::uint32_t> quit() const {
    std::vector<std::uint32_t> slots;
    for (const SendLocal& sent : rig.wanted<SendLocal>())
      if (std::holds_alternative<protocol::Quit>(sent.work)) slots.push_back(sent.slot.value);
    return slots;
  }

  Rig rig;
};

TEST_F(Databases, OfTwoThatShareOneWorks) {
  boot(2);
  rig.ready(2, {kShop});
  rig.ready(1, {kShop});
  EXPECT_EQ(quit(), (std::vector<std::uint32_t>{1})) << "who comes first keeps it";
  ASSERT_EQ(notices().size(), 1U);
  EXPECT_EQ(notices()[0],
            "runners 1 and 2 would share the database shop_test: going on with one runner. Give each its own: "
            "database: shop_test<%= ENV['TEST_ENV_NUMBER'] %> in config/database.yml (see dtest-runner(7)); or allow it with "
            "--share-database");
  EXPECT_EQ(rig.reported<protocol::RunnerUp>().size(), 1U);
  rig.item(1, 0);
  rig.item(2, 1);
  rig.pass(milliseconds(30));
  ASSERT_EQ(rig.reported<protocol::ItemStart>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::ItemStart>()[0].slot, base::Slot(2));
}

TEST_F(Databases, WhoComesSecondIsGoneForGoodAndNoFailure) {
  boot(2);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  rig.over(2, "exit 0");
  EXPECT_TRUE(rig.wanted<ForkRunner>().empty());
  ASSERT_EQ(rig.reported<protocol::RunnerExit>().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::RunnerExit>()[0].why, "ended");
  EXPECT_EQ(rig.state(), State::serving);
  EXPECT_EQ(notices().size(), 1U);
}

TEST_F(Databases, TheSlotKeepsItWhenItsProcessIsReplaced) {
  boot(2);
  rig.ready(1, {kShop});
  rig.over(1);
  EXPECT_EQ(rig.wanted<ForkRunner>().size(), 1U);
  rig.ready(2, {kShop});
  EXPECT_EQ(quit(), (std::vector<std::uint32_t>{2})) << "though nobody works with it at this moment";
  rig.ready(1, {kShop});
  EXPECT_EQ(quit().size(), 1U);
  EXPECT_EQ(rig.reported<protocol::RunnerUp>().size(), 2U);
}

TEST_F(Databases, ANewProcessMayClaimOthers) {
  boot(2);
  rig.ready(1, {kShop});
  rig.over(1);
  rig.ready(1, {"/p/db/1.sqlite3"});
  rig.ready(2, {kShop});
  EXPECT_TRUE(quit().empty());
  EXPECT_TRUE(notices().empty());
}

TEST_F(Databases, TheNoticeWaitsForAllAndIsOne) {
  boot(4);
  rig.ready(3, {kShop});
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  EXPECT_TRUE(notices().empty());
  rig.ready(4, {kShop});
  ASSERT_EQ(notices().size(), 1U);
  EXPECT_EQ(notices()[0].find("runners 1, 2, 3 and 4 would share the database shop_test: going on with one runner."),
            0U) << notices()[0];
}

TEST_F(Databases, GroupsAreToldEachForItself) {
  rig.options.project = "/p";
  boot(4);
  rig.ready(1, {"/p/db/a.sqlite3", "/p/db/animals.sqlite3"});
  rig.ready(2, {"/p/db/a.sqlite3", "/p/db/animals.sqlite3"});
  rig.ready(3, {"/var/b"});
  rig.ready(4, {"/var/b"});
  ASSERT_EQ(notices().size(), 2U);
  EXPECT_NE(notices()[0].find("runners 1 and 2 would share the databases db/a.sqlite3 and db/animals.sqlite3: going on "
                              "with 2 runners"), std::string::npos) << notices()[0];
  EXPECT_NE(notices()[0].find("database: db/a<%= ENV['TEST_ENV_NUMBER'] %>.sqlite3"), std::string::npos);
  EXPECT_NE(notices()[1].find("database /var/b: "), std::string::npos) << notices()[1];
}

TEST_F(Databases, ManyRunnersAreCounted) {
  boot(9);
  for (std::uint32_t i = 1; i <= 9; ++i) rig.ready(i, {kShop});
  ASSERT_EQ(notices().size(), 1U);
  EXPECT_EQ(notices()[0].find("9 runners would share"), 0U) << notices()[0];
}

TEST_F(Databases, DifferentOnesAndNoneAreFine) {
  boot(3);
  rig.ready(1, {kShop});
  rig.ready(2, {"postgresql://localhost:5432/shop_test2"});
  rig.ready(3);
  EXPECT_TRUE(quit().empty());
  EXPECT_EQ(rig.reported<protocol::RunnerUp>().size(), 3U);
}

TEST_F(Databases, MayBeSharedWhereThatIsWanted) {
  rig.options.share_database = true;
  boot(2);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  EXPECT_TRUE(quit().empty());
  EXPECT_TRUE(notices().empty());
}

TEST_F(Databases, WhoDoesNotQuitIsKilled) {
  boot(2);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  rig.pass(rig.options.exit_timeout - milliseconds(1));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.pass(seconds(1));
  ASSERT_EQ(rig.wanted<KillProcess>().size(), 1U);
  rig.over(2, "SIGKILL");
  EXPECT_EQ(rig.reported<protocol::RunnerExit>()[0].why, "killed");
  EXPECT_TRUE(rig.wanted<ForkRunner>().empty());
}

TEST_F(Databases, WhenTheOneThatWorksIsGivenUpThereIsNone) {
  boot(2);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  rig.over(2, "exit 0");
  for (int i = 0; i < 3; ++i) rig.over(1);
  EXPECT_EQ(rig.state(), State::closing);
  EXPECT_EQ(rig.reported<protocol::BootFailed>().size(), 1U);
}

TEST_F(Databases, TheNoticeIsNotLostWhenTheRunEndsBefore) {
  boot(3);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  rig.cancel(true);
  EXPECT_EQ(notices().size(), 1U);
}

TEST_F(Databases, ByeLeavesTheQuittingOneItsTime) {
  boot(2);
  rig.ready(1, {kShop});
  rig.ready(2, {kShop});
  rig.bye();
  EXPECT_EQ(quit(), (std::vector<std::uint32_t>{2, 1}));
  EXPECT_TRUE(rig.wanted<KillProcess>().empty());
  rig.over(2, "exit 0");
  rig.over(1, "exit 0");
  EXPECT_EQ(quit().back(), 0U) << "then the boot process";
}

}  // namespace
}  // namespace dtest::broker
