#include "daemon/door.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "config/key_file.hpp"
#include "support/temp_dir.hpp"
#include "system/clock.hpp"

namespace dtest::daemon {
namespace {

base::RunId run_of(unsigned char last) {
  base::RunId run;
  run.bytes.back() = last;
  return run;
}

struct DoorTest : testing::Test {
  support::TempDir dir;
  system::SystemClock clock;
  bus::Context context;
  bus::Loop loop{[this] { return clock.now(); }};
  std::vector<std::string> log;
  std::string anna = let_in("anna"), ben = let_in("ben");
  std::string own = (config::make_key_pair(dir.file("own/key"), "node"), dir.file("own/key"));
  Door door{{own, dir.file("allowed")}, context, loop,
            [this](const std::string& level, const std::string& text) { log.push_back(level + ": " + text); }};

  std::string let_in(const std::string& name) const {
    bus::KeyPair pair = bus::draw_key_pair();
    config::write_public_key(dir.file("allowed/" + name + ".pub"), {pair.open, name}, true);
    return pair.open.text();
  }
  static protocol::Work ping(unsigned char run) { return protocol::Ping{run_of(run), {}, {}, {}, false}; }
};

TEST_F(DoorTest, ARunBelongsToTheKeyThatOpenedIt) {
  EXPECT_TRUE(door.admit(ping(1), anna));
  door.own(run_of(1), anna);
  EXPECT_TRUE(door.admit(ping(1), anna));
  EXPECT_FALSE(door.admit(ping(1), ben));
  EXPECT_TRUE(door.admit(ping(2), ben));
  ASSERT_EQ(log.size(), 1U);
  EXPECT_NE(log.front().find("the run is not ben's"), std::string::npos) << log.front();
  door.forget(run_of(1));
  EXPECT_TRUE(door.admit(ping(1), ben));
}

TEST_F(DoorTest, ALaterOwnerDoesNotTakeARun) {
  door.own(run_of(1), anna);
  door.own(run_of(1), ben);
  EXPECT_FALSE(door.admit(ping(1), ben));
}

TEST_F(DoorTest, NobodyElseIsAdmitted) {
  EXPECT_FALSE(door.admit(ping(1), ""));
  EXPECT_FALSE(door.admit(ping(1), bus::draw_key_pair().open.text()));
}

TEST_F(DoorTest, ARevokedKeyLosesItsRunsOnce) {
  door.own(run_of(1), anna);
  door.own(run_of(2), ben);
  EXPECT_TRUE(door.look().empty());
  ::unlink(dir.file("allowed/anna.pub").c_str());
  EXPECT_EQ(door.look(), std::vector<base::RunId>{run_of(1)});
  EXPECT_TRUE(door.look().empty());
  EXPECT_FALSE(door.admit(ping(1), anna));
  EXPECT_TRUE(door.admit(ping(2), ben));
}

TEST_F(DoorTest, TheOwnKeyIsReadAgainAndKeptWhenItCannotBe) {
  EXPECT_FALSE(door.renew());
  ::rename(own.c_str(), (own + ".old").c_str());
  EXPECT_FALSE(door.renew());
  EXPECT_NE(log.back().find("keeps its key"), std::string::npos) << log.back();
  ::unlink((own + ".pub").c_str());
  config::NamedKey next = config::make_key_pair(own, "node");
  EXPECT_TRUE(door.renew());
  EXPECT_EQ(std::get<bus::CurveServer>(door.side()).own->open, next.key);
}

}  // namespace
}  // namespace dtest::daemon
