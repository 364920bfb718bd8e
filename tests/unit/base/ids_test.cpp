#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace dtest::base {
namespace {

TEST(RunId, HexGoesThereAndBack) {
  RunId id;
  for (std::size_t i = 0; i < 16; ++i) id.bytes[i] = static_cast<std::uint8_t>(i * 17);
  EXPECT_EQ(id.hex(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(RunId::from_hex(id.hex()), id);
  EXPECT_EQ(id.brief(), "00112233");
}

TEST(RunId, RefusesOtherLengthsAndDigits) {
  EXPECT_FALSE(RunId::from_hex("00112233445566778899aabbccddeef"));
  EXPECT_FALSE(RunId::from_hex("00112233445566778899aabbccddeegg"));
  EXPECT_FALSE(RunId::from_bytes("short"));
}

TEST(Number, IsItsOwnType) {
  EXPECT_EQ(Attempt(1).next(), Attempt(2));
  EXPECT_LT(ItemId(1), ItemId(2));
}

}  // namespace
}  // namespace dtest::base
