#include "history/recorder.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace dtest::history {
namespace {

using namespace collector;  // the events' names, for brevity

struct Recorder : ::testing::Test {
  Fixture f;
  system::BackgroundWriter writer;
  std::optional<TimingRecorder> recorder{std::in_place, f.history.store(), writer};
  double elapsed = 0;

  void tell(Event event) {
    Envelope envelope;
    envelope.ts.us = 5;
    envelope.elapsed = elapsed;
    envelope.event = std::move(event);
    recorder->on_event(envelope);
  }
  void start(const std::string& path, std::uint32_t attempt = 1) {
    FileStart event;
    event.path = path;
    event.attempt = attempt;
    tell(event);
  }
  void example(const std::string& path, const std::string& id, double secs, std::uint32_t attempt = 1,
               Status status = Status::passed) {
    TestEnd event;
    event.path = path;
    event.id = id;
    event.full_name = "example " + id;
    event.secs = secs;
    event.attempt = attempt;
    event.status = status;
    tell(event);
  }
  void end(const std::string& path, double secs, Status status = Status::passed, std::uint32_t attempt = 1,
           Counts counts = {.passed = 1}) {
    FileEnd event;
    event.path = path;
    event.attempt = attempt;
    event.status = status;
    event.secs = secs;
    event.counts = counts;
    tell(event);
  }
  void requeue(const std::string& path, const std::string& reason, std::uint32_t attempt = 1) {
    FileRequeue event;
    event.path = path;
    event.attempt = attempt;
    event.reason = reason;
    tell(event);
  }
  Files files() {
    EXPECT_TRUE(writer.flush(kPatient));
    return f.files();
  }
  std::vector<ExampleHistory> examples(const std::string& path) {
    EXPECT_TRUE(writer.flush(kPatient));
    return f.again().examples(path, kPatient);
  }
};

TEST_F(Recorder, WritesAsResultsArrive) {
  start("a");
  example("a", "[1:1]", 0.5);
  EXPECT_TRUE(files().empty()) << "not accepted yet";
  end("a", 0.7);
  EXPECT_DOUBLE_EQ(files().at("a").past.mean_secs, 0.7);
  EXPECT_EQ(files().at("a").updated_us, 5);
  ASSERT_EQ(examples("a").size(), 1u);
  EXPECT_EQ(examples("a")[0].name, "example [1:1]");
}

TEST_F(Recorder, ARequeuedAttemptIsVoid) {
  start("a");
  example("a", "[1:1]", 0.5);
  requeue("a", "node lost");
  EXPECT_TRUE(files().empty());
  start("a", 2);
  example("a", "[1:2]", 0.5, 2);
  end("a", 1, Status::passed, 2);
  ASSERT_EQ(examples("a").size(), 1u);
  EXPECT_EQ(examples("a")[0].id, "[1:2]");
}

TEST_F(Recorder, APartIsVoidedOnItsOwn) {
  const auto example_of = [&](std::uint32_t item, std::uint32_t attempt, const std::string& id) {
    TestEnd event;
    event.path = "a";
    event.item = item;
    event.attempt = attempt;
    event.id = id;
    tell(event);
  };
  example_of(7, 1, "[1:1]");
  example_of(8, 1, "[1:2]");
  FileRequeue event;
  event.path = "a";
  event.item = 8;
  event.reason = "node lost";
  tell(event);
  example_of(8, 2, "[1:3]");
  end("a", 1);
  const auto result = examples("a");
  ASSERT_EQ(result.size(), 2u);
  EXPECT_EQ(result[0].id, "[1:1]");
  EXPECT_EQ(result[1].id, "[1:3]");
}

TEST_F(Recorder, ACrashedAttemptIsAtLeastThatLong) {
  elapsed = 10;
  start("a");
  elapsed = 17;
  requeue("a", "SIGSEGV");
  const auto one = files().at("a");
  EXPECT_EQ(one.past.runs, 0u);
  EXPECT_DOUBLE_EQ(one.past.at_least_secs, 7);
  EXPECT_EQ(one.status, "crashed");
}

TEST_F(Recorder, ATimedOutFileTeachesNoTime) {
  start("a");
  example("a", "[1:1]", 600, 1, Status::timed_out);
  end("a", 601, Status::timed_out);
  EXPECT_EQ(files().at("a").past.runs, 0u);
  EXPECT_DOUBLE_EQ(files().at("a").past.at_least_secs, 601);
  EXPECT_DOUBLE_EQ(examples("a")[0].history.past.at_least_secs, 600);
  EXPECT_EQ(examples("a")[0].history.past.runs, 0u);
}

TEST_F(Recorder, AFileThatDidNotLoadTeachesNoTime) {
  end("a", 4);
  end("a", 0.01, Status::error, 1, {});
  EXPECT_DOUBLE_EQ(files().at("a").past.mean_secs, 4);
  EXPECT_EQ(files().at("a").status, "error");
}

TEST_F(Recorder, AFileThatWasCutShortTeachesNoTime) {
  end("a", 4);
  end("a", 1, Status::failed, 1, {.failed = 1, .not_run = 3});
  end("b", 0, Status::not_run, 1, {.not_run = 3});
  EXPECT_EQ(files().at("a").past.runs, 1u);
  EXPECT_EQ(files().count("b"), 0u);
}

TEST_F(Recorder, FailedFilesTeach) {
  end("a", 4, Status::failed, 1, {.failed = 1});
  EXPECT_DOUBLE_EQ(files().at("a").past.mean_secs, 4);
}

TEST_F(Recorder, ChosenExamplesTeachExamplesOnly) {
  recorder.emplace(f.history.store(), writer, Teach::examples_only);
  example("a", "[1:1]", 0.5);
  end("a", 0.6);
  EXPECT_EQ(files().at("a").past.runs, 0u);
  EXPECT_EQ(examples("a")[0].history.past.runs, 1u);
}

TEST_F(Recorder, AFullQueueDropsAndCounts) {
  system::BackgroundWriter closed;
  closed.close(kPatient);
  recorder.emplace(f.history.store(), closed);
  end("a", 1);
  EXPECT_EQ(f.store.dropped(), 1u);
}

TEST_F(Recorder, TheEndOfTheRunFinishes) {
  end("gone", 1);
  RunEnd event;
  tell(event);
  EXPECT_EQ(files().size(), 1u);
}

}  // namespace
}  // namespace dtest::history
