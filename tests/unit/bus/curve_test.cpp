#include "bus/curve.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "bus/pull_socket.hpp"
#include "bus/zap.hpp"

namespace dtest::bus {
namespace {

TEST(Keys, AreDrawnAnew) {
  KeyPair one = draw_key_pair();
  KeyPair two = draw_key_pair();
  EXPECT_NE(one.open, two.open);
  EXPECT_NE(one.secret.text(), two.secret.text());
  EXPECT_NE(one.secret.text(), one.open.text());
  EXPECT_EQ(one.open.text().size(), kKeyLength);
}

TEST(Keys, ThePublicHalfFollowsFromTheSecretOne) {
  KeyPair drawn = draw_key_pair();
  KeyPair again = pair_of(*SecretKey::parse(drawn.secret.text()));
  EXPECT_EQ(again.open, drawn.open);
  EXPECT_EQ(again.secret.text(), drawn.secret.text());
}

TEST(Keys, NothingElseIsAKey) {
  std::string good = draw_key_pair().open.text();
  EXPECT_TRUE(PublicKey::parse(good));
  for (const std::string& bad : {std::string(), good.substr(1), good + "a", std::string(40, '~'), std::string(40, '\0'),
                                 good.substr(0, 39) + " ", good.substr(0, 39) + "\n"}) {
    EXPECT_FALSE(PublicKey::parse(bad)) << bad;
    EXPECT_FALSE(SecretKey::parse(bad)) << bad;
  }
  EXPECT_FALSE(PublicKey::from_bytes(std::string(31, 'x')));
  EXPECT_FALSE(PublicKey::from_bytes(std::string(33, 'x')));
  EXPECT_EQ(PublicKey::from_bytes(std::string(32, 'x'))->text().size(), kKeyLength);
}

TEST(Keys, AMovedSecretIsWiped) {
  KeyPair pair = draw_key_pair();
  SecretKey moved = std::move(pair.secret);
  EXPECT_EQ(pair.secret.text(), std::string(kKeyLength, '\0'));  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(SecretKey::parse(moved.text()));
}

TEST(CurveServer, IsNeverMadeWithoutAHandler) {
  Context context;
  KeyPair own = draw_key_pair();
  MaxFrame max{1024};
  Endpoint anywhere = Endpoint::parse_any("tcp://127.0.0.1:1");
  EXPECT_THROW(PullSocket(context, anywhere, max, CurveServer{&own}), std::logic_error);
}

TEST(Tcp, IsRefusedWithoutKeys) {
  Context context;
  try {
    PullSocket socket(context, Endpoint::parse_any("tcp://127.0.0.1:17999"), MaxFrame{1024});
    FAIL() << "it listens";
  } catch (const base::Error& e) {
    EXPECT_EQ(e.code(), base::ExitCode::config);
    EXPECT_NE(std::string(e.what()).find("dtest keygen"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace dtest::bus
