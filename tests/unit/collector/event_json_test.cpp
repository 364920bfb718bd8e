#include "collector/event_json.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "event_samples.hpp"

namespace dtest::collector {
namespace {

std::string golden_path() { return std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/tests/golden/events.jsonl"; }

std::string round_trip(const Envelope& envelope) {
  std::optional<Envelope> back = from_json_line(to_json_line(envelope, sample_stream()));
  return back ? to_json_line(*back, sample_stream()) : "nothing";
}

TEST(EventJson, MatchesTheGoldenLines) {
  std::string lines;
  for (const Envelope& e : sample_events()) lines += to_json_line(e, sample_stream()) + "\n";
  if (std::getenv("DTEST_REGENERATE") != nullptr) {
    std::ofstream(golden_path()) << lines;
    GTEST_SKIP() << "rewrote " << golden_path();
  }
  std::ostringstream golden;
  golden << std::ifstream(golden_path()).rdbuf();
  EXPECT_EQ(lines, golden.str());
}

TEST(EventJson, AnExampleLacksWhatSaysLeast) {
  TestEnd passed;
  passed.path = "spec/a_spec.rb";
  const auto line = nlohmann::json::parse(to_json_line({1, {}, 0, false, passed}, sample_stream()));
  for (const char* key : {"tags", "pending_message", "exceptions", "rerun", "output", "flaky", "reason", "retry"})
    EXPECT_FALSE(line.contains(key)) << key;
  for (const char* key : {"item", "failure", "attempt", "status", "secs"}) EXPECT_TRUE(line.contains(key)) << key;
  passed.output.total = 70000;  // all of it is lost: that something was written is a fact
  const auto wrote = nlohmann::json::parse(to_json_line({1, {}, 0, false, passed}, sample_stream()));
  EXPECT_EQ(wrote["output"]["total"], 70000);
}

TEST(EventJson, SamplesHaveEveryKind) {
  std::set<std::string_view> kinds;
  for (const Envelope& e : sample_events()) kinds.insert(kind_name(e.event));
  EXPECT_EQ(kinds.size(), std::variant_size_v<Event>);
}

TEST(EventJson, EveryKindSurvivesTheRoundTrip) {
  for (Envelope e : sample_events()) {
    // What is not UTF-8 is replaced, so the bytes kept are counted anew: the text must be what it was.
    std::visit(
        [](auto& event) {
          if constexpr (requires { event.output.bytes; }) event.output.bytes = base::valid_utf8(event.output.bytes);
        },
        e.event);
    EXPECT_EQ(round_trip(e), to_json_line(e, sample_stream()));
  }
}

TEST(EventJson, NoKeyAppearsTwice) {
  for (const Envelope& e : sample_events()) {
    std::vector<std::set<std::string>> open;
    auto watch = [&](int /*depth*/, nlohmann::json::parse_event_t what, nlohmann::json& parsed) {
      if (what == nlohmann::json::parse_event_t::object_start) open.emplace_back();
      if (what == nlohmann::json::parse_event_t::object_end) open.pop_back();
      if (what == nlohmann::json::parse_event_t::key) {
        EXPECT_TRUE(open.back().insert(parsed.get<std::string>()).second) << kind_name(e.event) << " " << parsed;
      }
      return true;
    };
    EXPECT_TRUE(nlohmann::json::parse(to_json_line(e, sample_stream()), watch).is_object());
  }
}

TEST(EventJson, AnyBytesGiveValidJson) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  Envelope e;
  e.event =
      TestEnd{.id = all, .name = all, .exceptions = {Exception{all, all, {all}, all, all, {}}}, .output = {all, 0}};
  nlohmann::json json = nlohmann::json::parse(to_json_line(e, {all, all}), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["output"]["bytes"], 256);
  EXPECT_EQ(json["output"]["total"], 256) << "never less than what is kept";
  EXPECT_EQ(json["output"]["truncated"], false);
  EXPECT_EQ(json["name"], base::valid_utf8(all));
}

TEST(EventJson, NumbersAreFinite) {
  Envelope e;
  e.elapsed = std::numeric_limits<double>::quiet_NaN();
  e.event = FileEnd{.secs = std::numeric_limits<double>::infinity(), .load_secs = -0.0, .cpu_secs = 0.1 + 0.2};
  nlohmann::json json = nlohmann::json::parse(to_json_line(e, {}));
  EXPECT_EQ(json["elapsed"], 0);
  EXPECT_EQ(json["secs"], 0);
  EXPECT_EQ(json["cpu_secs"].dump(), "0.3");
}

TEST(EventJson, ReadsTheStreamsNames) {
  StreamInfo info;
  ASSERT_TRUE(from_json_line(to_json_line(sample_events()[0], sample_stream()), &info));
  EXPECT_EQ(info.stream, sample_stream().stream);
  EXPECT_EQ(info.run, sample_stream().run);
}

TEST(EventJson, IgnoresWhatItDoesNotKnow) {
  EXPECT_FALSE(from_json_line(R"({"v":"1.3","kind":"node.exploded","seq":4})"));
  EXPECT_FALSE(from_json_line(R"({"v":"2.0","kind":"run.end","seq":4})")) << "another major version";
  auto e =
      from_json_line(R"({"v":"1.3","kind":"file.end","seq":4,"mood":"fine","path":"a","status":"melted","secs":1})");
  ASSERT_TRUE(e);
  EXPECT_EQ(std::get<FileEnd>(e->event).status, Status::error);
  EXPECT_EQ(std::get<FileEnd>(e->event).path, "a");
  EXPECT_EQ(std::get<FileEnd>(e->event).attempt, 1U) << "absent: the default";
}

TEST(EventJson, TakesWrongTypesForAbsent) {
  auto e = from_json_line(R"({"v":"1.0","kind":"test.end","seq":-3,"line":"x","exceptions":[7,{}],"attempt":99999999999,
                             "output":[],"status":{},"secs":null,"tags":[1,"a"],"runner":-1})");
  ASSERT_TRUE(e);
  const auto& end = std::get<TestEnd>(e->event);
  EXPECT_EQ(e->seq, 0U);
  EXPECT_EQ(end.line, 0U);
  EXPECT_EQ(end.attempt, 1U);
  EXPECT_EQ(end.place.runner, 0U);
  EXPECT_EQ(end.exceptions.size(), 2U);
}

TEST(EventJson, BadLinesAreNothing) {
  for (const char* line : {"", "{", "[]", "7", "null", "{}", R"({"kind":"run.end"})", R"({"v":1,"kind":"run.end"})",
                           "{\"v\":\"1.0\",\"kind\":\"run.end\",\"reason\":\"\xff\"}"}) {
    EXPECT_FALSE(from_json_line(line)) << line;
  }
}

TEST(EventJson, CausesWithoutEndAreCut) {
  std::string line = R"("causes":[])";
  for (int i = 0; i < 2000; ++i) line = R"("causes":[{"class":"E",)" + line + "}]";
  EXPECT_TRUE(from_json_line(R"({"v":"1.0","kind":"file.load_error","exception":{)" + line + "}}"));
}

TEST(Status, NamesGoBothWays) {
  for (Status s : {Status::passed, Status::failed, Status::pending, Status::error, Status::crashed, Status::timed_out,
                   Status::not_run}) {
    EXPECT_EQ(status_from(name(s)), s);
    Counts counts;
    counts.add(s);
    EXPECT_EQ(counts.total(), 1U);
    EXPECT_EQ(counts.bad(), is_bad(s) ? 1U : 0U);
    counts.remove(s);
    counts.remove(s);
    EXPECT_EQ(counts, Counts{}) << "never below zero";
  }
  EXPECT_FALSE(status_from("melted"));
}

}  // namespace
}  // namespace dtest::collector
