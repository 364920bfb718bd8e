#include "history/gzip.hpp"

#include <gtest/gtest.h>

#include <string>

namespace dtest::history {
namespace {

std::string unpacked(const std::string& bytes, std::size_t piece) {
  Gunzip gunzip;
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) EXPECT_TRUE(gunzip.take(bytes.substr(at, piece), out));
  return out;
}

std::string noise(std::size_t size) {
  std::string text;
  for (std::uint32_t x = 1; text.size() < size; x = x * 1664525 + 1013904223) text += static_cast<char>(x >> 24);
  return text;
}

TEST(Gzip, ReturnsWhatWentIn) {
  for (const std::string& text : {std::string(), std::string("a\n"), noise(300'000), std::string(500'000, 'x')}) {
    Gzip gzip;
    std::string bytes = gzip.flush(text);  // one after the other: a sum has no order
    bytes += gzip.finish();
    for (const std::size_t piece : {1U, 7U, 100'000U}) {
      if (piece == 1 && bytes.size() > 100'000) continue;
      EXPECT_EQ(unpacked(bytes, piece), text);
    }
  }
}

TEST(Gzip, AfterEachFlushEverythingCanBeRead) {
  Gzip gzip;
  Gunzip gunzip;
  std::string out;
  for (const char* text : {"one\n", "two\n", "three\n"}) {
    const std::size_t before = out.size();
    EXPECT_TRUE(gunzip.take(gzip.flush(text), out));
    EXPECT_EQ(out.substr(before), text);
    EXPECT_FALSE(gunzip.ended());
  }
  EXPECT_TRUE(gunzip.take(gzip.finish(), out));
  EXPECT_TRUE(gunzip.ended());
}

TEST(Gunzip, TakesPlainTextAsItIs) {
  Gunzip gunzip;
  std::string out;
  EXPECT_TRUE(gunzip.take("{\"v\"", out));
  EXPECT_TRUE(gunzip.take(":1}\n", out));
  EXPECT_EQ(out, "{\"v\":1}\n");
}

TEST(Gunzip, TellsDamageAndKeepsWhatCameBefore) {
  Gzip gzip;
  Gunzip gunzip;
  std::string out;
  EXPECT_TRUE(gunzip.take(gzip.flush("good\n"), out));
  EXPECT_FALSE(gunzip.take("\xff\xff\xff\xff rubbish", out));
  EXPECT_FALSE(gunzip.take(gzip.flush("lost\n"), out));
  EXPECT_EQ(out, "good\n");
}

}  // namespace
}  // namespace dtest::history
