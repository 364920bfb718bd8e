#include "history/last_verdicts.hpp"

#include <gtest/gtest.h>

#include "history/run_log.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

using collector::Status;

/// Stored runs, the newest last; each ended with what it is given.
class Runs {
 public:
  template <class... E> Runs& run(bool whole, bool parts, E... events) {
    const std::string id(32, static_cast<char>('a' + number_));
    system::BackgroundWriter writer;
    RunLog log({dir_ / "runs", whole, parts, {}}, {id + "/1", id}, writer);
    std::uint64_t seq = 0;
    auto tell = [&](auto event) {
      collector::Envelope envelope;
      envelope.seq = ++seq;
      envelope.ts.us = 1000 * (number_ + 1) + static_cast<std::int64_t>(seq);
      envelope.event = std::move(event);
      log.on_event(envelope);
    };
    tell(collector::RunStart{});
    (tell(std::move(events)), ...);
    log.finish();
    EXPECT_TRUE(writer.flush(kPatient));
    ++number_;
    return *this;
  }
  [[nodiscard]] RunStore store() const { return RunStore(dir_ / "runs"); }

 private:
  TempDir dir_;
  int number_ = 0;
};

collector::TestEnd test(const std::string& path, const std::string& name, Status status) {
  collector::TestEnd event;
  event.path = path;
  event.id = path + "[" + name + "]";
  event.full_name = name;
  event.status = status;
  event.failure = collector::is_bad(status) ? 1 : 0;
  return event;
}

collector::FileEnd file(const std::string& path, Status status = Status::passed) {
  collector::FileEnd event;
  event.path = path;
  event.status = status;
  return event;
}

collector::RunPlan plan(const std::vector<std::string>& paths) {
  collector::RunPlan event;
  event.framework = "rspec";
  for (const std::string& path : paths) event.files.push_back({path, {}, false});
  return event;
}

collector::RunEnd end(const std::string& verdict, std::vector<collector::NotRun> not_run = {}) {
  collector::RunEnd event;
  event.verdict = verdict;
  event.not_run = std::move(not_run);
  return event;
}

std::string text(const Outstanding& outstanding) {
  std::string all;
  for (const Again& again : outstanding.files) {
    all += again.path;
    for (const std::string& id : again.ids) all += " " + id;
    all += ";";
  }
  return all;
}

TEST(StillBad, IsWhatTheLastRunFound) {
  Runs runs;
  runs.run(true, false, test("a", "x", Status::failed), test("a", "y", Status::passed), file("a", Status::failed),
           end("failed"));
  EXPECT_EQ(text(still_bad(runs.store())), "a a[x];");
}

TEST(StillBad, TryingAnotherFileInBetweenLosesNothing) {
  Runs runs;
  runs.run(true, false, test("a", "x", Status::failed), file("a", Status::failed), end("failed"));
  runs.run(false, false, test("b", "z", Status::passed), file("b"), end("passed"));
  EXPECT_EQ(text(still_bad(runs.store())), "a a[x];");
}

TEST(StillBad, WhatPassedSinceIsGood) {
  Runs runs;
  runs.run(true, false, test("a", "x", Status::failed), test("a", "y", Status::failed), file("a", Status::failed),
           end("failed"));
  runs.run(false, true, test("a", "x", Status::passed), file("a"), end("passed"));
  EXPECT_EQ(text(still_bad(runs.store())), "a a[y];") << "only x was run";
  runs.run(false, false, test("a", "other", Status::passed), file("a"), end("passed"));
  EXPECT_EQ(text(still_bad(runs.store())), "") << "the whole file ran: y is no more";
}

TEST(StillBad, LooksNoFurtherThanTheLastWholeRun) {
  Runs runs;
  runs.run(true, false, test("a", "x", Status::failed), file("a", Status::failed), end("failed"));
  runs.run(true, false, test("b", "z", Status::failed), file("b", Status::failed), end("failed"));
  EXPECT_EQ(text(still_bad(runs.store())), "b b[z];") << "the file a is no more";
  runs.run(true, false, file("c"), end("cancelled", {{"b", "", "interrupted"}}));
  EXPECT_EQ(text(still_bad(runs.store())), "b b[z];") << "that run was not complete";
}

TEST(StillBad, FilesThatCrashedOrDidNotLoadRunWhole) {
  Runs runs;
  collector::FileLoadError load;
  load.path = "c";
  load.failure = 2;
  runs.run(true, false, test("a", "x", Status::crashed), file("a", Status::crashed),
           test("b", "y", Status::timed_out), test("b", "z", Status::failed), file("b", Status::timed_out), load,
           file("c", Status::error), end("failed"));
  EXPECT_EQ(text(still_bad(runs.store())), "a;b;c;");
}

TEST(StillBad, AnErrorOutsideIsToldOfTheNewestRun) {
  Runs runs;
  collector::TestError error;
  error.failure = 1;
  runs.run(true, false, error, end("failed"));
  EXPECT_TRUE(still_bad(runs.store()).outside);
  runs.run(true, false, end("passed"));
  EXPECT_FALSE(still_bad(runs.store()).outside);
}

TEST(NotRun, IsWhatTheEndSays) {
  Runs runs;
  runs.run(true, false, plan({"a", "b", "c"}), file("a"),
           end("cancelled", {{"b", "", "interrupted"}, {"c", "c[2]", "interrupted"}}));
  EXPECT_EQ(text(not_run(runs.store().find(""))), "b;c c[2];");
}

TEST(NotRun, OfAKilledRunIsWhatHasNoVerdict) {
  Runs runs;
  runs.run(true, false, plan({"a", "b", "c"}), file("a"), test("b", "x", Status::passed));
  EXPECT_EQ(text(not_run(runs.store().find(""))), "b;c;");
}

TEST(NotRun, NothingIsLeftOfACompleteRun) {
  Runs runs;
  runs.run(true, false, plan({"a"}), file("a", Status::failed), end("failed"));
  EXPECT_EQ(text(not_run(runs.store().find(""))), "");
}

}  // namespace
}  // namespace dtest::history
