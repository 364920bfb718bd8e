#include "collector/event_schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collector/event_json.hpp"
#include "event_samples.hpp"

namespace dtest::collector {
namespace {

using nlohmann::json;

TEST(EventSchema, HasEveryKindWithItsFieldsAndNoOther) {
  const json schema = json::parse(event_schema());
  for (const Envelope& envelope : sample_events()) {
    const json event = json::parse(to_json_line(envelope, {"s", "r"}));
    const json& kind = schema.at("$defs").at(event.at("kind").get<std::string>());
    for (const auto& [key, value] : event.items())
      EXPECT_TRUE(kind["properties"].contains(key) || schema["properties"].contains(key)) << event["kind"] << key;
    for (const json& key : kind.value("required", json::array()))
      EXPECT_TRUE(event.contains(key.get<std::string>())) << key;
  }
}

TEST(EventSchema, AsksForWhatEveryEventHas) {
  const json schema = json::parse(event_schema());
  EXPECT_EQ(schema["required"].size(), 7U);
  EXPECT_EQ(schema["allOf"].size(), kind_names().size());
  const json& test = schema["$defs"]["test.end"];
  EXPECT_EQ(test["properties"]["line"]["type"], "integer");
  EXPECT_EQ(test["properties"]["exceptions"]["items"]["$ref"], "#/$defs/exception");
  const json& plan = schema["$defs"]["run.plan"]["required"];
  EXPECT_EQ(std::count(plan.begin(), plan.end(), "seed"), 0) << "absent when the order is not random";
}

TEST(KindNames, AreThoseOfTheStream) {
  EXPECT_EQ(kind_names().front(), "stream.hello");
  EXPECT_EQ(kind_names().size(), std::variant_size_v<Event>);
}

}  // namespace
}  // namespace dtest::collector
