#include "history/symptom.hpp"

#include "collector/event_json.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

using collector::Status;

collector::TestEnd test(const std::string& id, Status status, const std::string& type = "") {
  collector::TestEnd end;
  end.path = "spec/b_spec.rb", end.line = 3, end.id = id, end.full_name = "B needs peace", end.status = status;
  if (!type.empty()) end.exceptions.push_back({type, "a message that differs each time"});
  return end;
}

collector::FileEnd file(Status status, std::uint32_t failure = 0) {
  collector::FileEnd end;
  end.path = "spec/b_spec.rb", end.status = status, end.failure = failure;
  return end;
}

collector::FileLoadError load_error(const std::string& type) {
  collector::FileLoadError error;
  error.path = "spec/b_spec.rb", error.exception.type = type, error.failure = 1;
  return error;
}

struct SymptomTest : testing::Test {
  TempDir dir;
  const Symptom peace{Symptom::Kind::example, "spec/b_spec.rb", 3, "b[1:1]", "B needs peace", Status::failed,
                      "PolluteError"};

  std::string write(const std::vector<collector::Event>& events) {
    std::string text;
    std::uint64_t seq = 0;
    for (const collector::Event& event : events) {
      collector::Envelope envelope;
      envelope.seq = ++seq, envelope.event = event;
      text += collector::to_json_line(envelope, {"s", "r"}) + "\n";
    }
    write_text(dir / "events.jsonl", text);
    return dir / "events.jsonl";
  }
  Seen seen(const std::vector<collector::Event>& events) { return look_for(peace, write(events)); }
};

TEST_F(SymptomTest, TheSameExampleWithTheSameClassOfException) {
  EXPECT_EQ(seen({test("b[1:1]", Status::failed, "PolluteError"), file(Status::failed)}), Seen::same);
  EXPECT_EQ(seen({test("b[1:1]", Status::failed, "NameError"), file(Status::failed)}), Seen::other);
  EXPECT_EQ(seen({test("b[1:1]", Status::crashed, "PolluteError"), file(Status::failed)}), Seen::other);
}

TEST_F(SymptomTest, WhatOtherExamplesDoDoesNotMatter) {
  EXPECT_EQ(seen({test("b[1:2]", Status::failed, "PolluteError"), test("b[1:1]", Status::passed),
                  file(Status::failed)}), Seen::passed);
  EXPECT_EQ(seen({test("b[1:1]", Status::pending), file(Status::passed)}), Seen::passed);
}

TEST_F(SymptomTest, AFileThatDoesNotLoadHasAnotherFailure) {
  EXPECT_EQ(seen({load_error("NameError"), file(Status::error)}), Seen::other);
  EXPECT_EQ(seen({file(Status::crashed, 1)}), Seen::other);
}

TEST_F(SymptomTest, WithoutAVerdictItIsAbsent) {
  EXPECT_EQ(seen({file(Status::not_run)}), Seen::absent);
  EXPECT_EQ(seen({test("b[1:1]", Status::not_run)}), Seen::absent);
  EXPECT_EQ(seen({}), Seen::absent);
}

TEST_F(SymptomTest, OfAFileThatDidNotLoad) {
  const Symptom symptom{Symptom::Kind::load, "spec/b_spec.rb", 0, "", "did not load", Status::error, "NameError"};
  EXPECT_EQ(look_for(symptom, write({load_error("NameError"), file(Status::error)})), Seen::same);
  EXPECT_EQ(look_for(symptom, write({load_error("LoadError"), file(Status::error)})), Seen::other);
  EXPECT_EQ(look_for(symptom, write({test("b[1:1]", Status::failed), file(Status::failed)})), Seen::passed);
}

TEST_F(SymptomTest, IsReadFromARunByItsNumber) {
  collector::TestEnd bad = test("b[1:1]", Status::failed, "PolluteError");
  bad.failure = 4;
  StoredRun run;
  run.dir = dir.path();
  std::filesystem::rename(write({test("b[1:2]", Status::passed), bad}), run.log());
  const auto symptom = symptom_of(run, 4);
  ASSERT_TRUE(symptom);
  EXPECT_EQ(symptom->id, "b[1:1]");
  EXPECT_EQ(symptom->type, "PolluteError");
  EXPECT_EQ(title(*symptom), "spec/b_spec.rb:3 B needs peace");
  EXPECT_FALSE(symptom_of(run, 5));
}

}  // namespace
}  // namespace dtest::history
