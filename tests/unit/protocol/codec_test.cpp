#include "protocol/codec.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "pack_bytes.hpp"
#include "protocol/kinds.hpp"
#include "samples.hpp"

namespace dtest::protocol {
namespace {

std::string golden(const std::string& file) {
  return std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/tests/golden/wire/" + file;
}

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Codec, WritesTheGoldenBytes) {
  bool regenerate = std::getenv("DTEST_REGENERATE") != nullptr;
  for (const Sample& sample : samples()) {
    if (regenerate) {
      std::ofstream(golden(sample.name + ".msgpack"), std::ios::binary) << sample.bytes;
      std::ofstream(golden(sample.name + ".json")) << readable(sample.bytes);
      continue;
    }
    EXPECT_EQ(sample.bytes, read(golden(sample.name + ".msgpack"))) << sample.name << " is now\n"
                                                                    << readable(sample.bytes);
    EXPECT_EQ(readable(sample.bytes), read(golden(sample.name + ".json"))) << sample.name;
  }
  if (regenerate) GTEST_SKIP() << "rewrote " << golden("");
}

TEST(Codec, EveryMessageSurvivesTheRoundTrip) {
  for (const Work& m : sample_work()) {
    auto back = decode_work(encode(m));
    ASSERT_TRUE(back) << kind_of(m) << ": " << back.why;
    EXPECT_EQ(encode(*back.message), encode(m)) << kind_of(m);
  }
  for (const Result& m : sample_results()) {
    auto back = decode_result(encoded(m));
    ASSERT_TRUE(back) << kind_of(m.content) << ": " << back.why;
    EXPECT_EQ(encoded(*back.message), encoded(m)) << kind_of(m.content);
  }
  for (const LocalWork& m : sample_local_work()) {
    auto back = decode_local_work(encode(m));
    ASSERT_TRUE(back) << kind_of(m) << ": " << back.why;
    EXPECT_EQ(encode(*back.message), encode(m)) << kind_of(m);
  }
  for (const LocalReport& m : sample_local_reports()) {
    auto back = decode_local_report(encode(m));
    ASSERT_TRUE(back) << kind_of(m.body) << ": " << back.why;
    EXPECT_EQ(encode(*back.message), encode(m)) << kind_of(m.body);
  }
}

template <class Variant, class Get>
std::set<std::size_t> kinds_in(const std::vector<Get>& messages, const Variant& (*variant)(const Get&)) {
  std::set<std::size_t> seen;
  for (const Get& m : messages) seen.insert(variant(m).index());
  return seen;
}

TEST(Codec, SamplesHaveEveryKind) {
  EXPECT_EQ(kinds_in<Work>(sample_work(), +[](const Work& m) -> const Work& { return m; }).size(), 8U);
  EXPECT_EQ(kinds_in<Body>(sample_bodies(), +[](const Body& m) -> const Body& { return m; }).size(), 16U);
  EXPECT_EQ(kinds_in<Content>(
                sample_results(), +[](const Result& m) -> const Content& { return m.content; })
                .size(),
            5U);
  EXPECT_EQ(kinds_in<LocalWork>(
                sample_local_work(), +[](const LocalWork& m) -> const LocalWork& { return m; })
                .size(),
            4U);
  EXPECT_EQ(kinds_in<LocalBody>(
                sample_local_reports(), +[](const LocalReport& m) -> const LocalBody& { return m.body; })
                .size(),
            14U);
}

TEST(Codec, ValuesArriveAsTheyWere) {
  auto item = decode_work(encode(sample_work()[2]));
  const auto& work = std::get<ItemWork>(*item.message);
  EXPECT_EQ(work.epoch.value, 0xfedcba9876543210U);
  EXPECT_EQ(work.examples, (std::vector<std::string>{"[1:1]", "[1:2]"}));
  EXPECT_EQ(work.expected, base::Duration(2'500'000));
  EXPECT_TRUE(work.last);
  auto hello = decode_work(encode(sample_work()[0]));
  EXPECT_EQ(std::get<Hello>(*hello.message).options.seed, -7);
  auto fork = decode_local_work(encode(sample_local_work()[2]));
  EXPECT_EQ(std::get<ForkWork>(*fork.message).env.at("B"), std::nullopt);
  auto result = decode_result(encoded(sample_results()[2]));
  EXPECT_EQ(std::get<Reports>(result.message->content).bodies.size(), sample_bodies().size());
}

// "No examples" and "all examples" are two things.
TEST(Codec, AnEmptyListOfExamplesIsNoAbsentOne) {
  ItemWork work = std::get<ItemWork>(sample_work()[2]);
  work.examples.emplace();
  auto back = decode_work(encode(work));
  ASSERT_TRUE(back);
  EXPECT_TRUE(std::get<ItemWork>(*back.message).examples.has_value());
}

TEST(Codec, BootHasItsOptionsInItself) {
  std::vector<std::string> all = keys(encode(sample_local_work()[0]));
  std::set<std::string> found(all.begin(), all.end());
  EXPECT_TRUE(found.contains("project"));
  EXPECT_TRUE(found.contains("defer"));
  EXPECT_FALSE(found.contains("o"));
}

// A framework may give several; the value keeps one, with the others as causes.
TEST(Codec, ExceptionsOutsideExamplesAreAList) {
  auto bytes = encode(sample_local_reports()[17]);
  std::string one("\x82\xa5" "class\xa1" "A\xa3" "msg\xa1" "a", 15);
  std::string two("\x82\xa5" "class\xa1" "B\xa3" "msg\xa1" "b", 15);
  auto back = decode_local_report(with(bytes, "exc", "\x92" + one + two));
  ASSERT_TRUE(back) << back.why;
  const auto& error = std::get<OutsideError>(back.message->body);
  EXPECT_EQ(error.exception.type, "A");
  ASSERT_EQ(error.exception.causes.size(), 1U);
  EXPECT_EQ(error.exception.causes[0].type, "B");
  EXPECT_FALSE(decode_local_report(with(bytes, "exc", "\x90")));
}

TEST(Codec, ForkedBearsTheNameOfTheRunner) {
  auto back = decode_local_report(encode(sample_local_reports().back()));
  ASSERT_TRUE(back);
  EXPECT_EQ(std::get<Forked>(back.message->body).slot, base::Slot(3));
  EXPECT_EQ(back.message->slot, base::kBootSlot);
  EXPECT_EQ(back.message->number, 18U);
}

// What a node takes from a runner, the master must take from the node.
TEST(Codec, DeeperCausesAreCutOffWhereTheyComeIn) {
  Exception nested{"E0", "", {"a:1"}, "", "", {}};
  for (int i = 1; i <= 6; ++i) nested = Exception{"E" + std::to_string(i), "", {"a:1"}, "", "", {nested}};
  OutsideError error{std::nullopt, std::nullopt, "before(:suite)", nested};
  auto heard = decode_local_report(encode(LocalReport{base::Slot(1), base::Incarnation(1), 1, error}));
  ASSERT_TRUE(heard) << heard.why;
  Result result{{}, Reports{base::ReportNumber(1), {std::get<OutsideError>(heard.message->body)}}};
  auto back = decode_result(encoded(result));
  ASSERT_TRUE(back) << back.why;
  const Exception* innermost = &std::get<OutsideError>(std::get<Reports>(back.message->content).bodies[0]).exception;
  for (int i = 0; i < 5; ++i) innermost = &innermost->causes.at(0);
  EXPECT_EQ(innermost->type, "E1");
  EXPECT_TRUE(innermost->causes.empty());
}

// doc/protocol.md §6.1: causes nest at most five deep, each with a backtrace.
TEST(Codec, DeepestExceptionIsWithinTheLimits) {
  Exception nested{"E0", "", {"a:1"}, "", "", {}};
  for (int i = 1; i <= 5; ++i) nested = Exception{"E" + std::to_string(i), "", {"a:1"}, "", "", {nested}};
  Example example = std::get<Example>(sample_bodies()[17]);
  example.exceptions = {nested};
  Result result{{}, Reports{base::ReportNumber(1), {example}}};
  auto back = decode_result(encoded(result));
  ASSERT_TRUE(back) << back.why;
}

}  // namespace
}  // namespace dtest::protocol
