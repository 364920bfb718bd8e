// What a run leaves behind, and how it is found again.
#include "history/run_log.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "base/error.hpp"
#include "history/run_store.hpp"
#include "support.hpp"

namespace dtest::history {
namespace {

namespace fs = std::filesystem;

constexpr base::Duration kPatience = std::chrono::seconds(20);

std::string id(char digit, const std::string& rest = "") {
  std::string name(32, digit);
  return name.replace(0, rest.size(), rest);
}

/// A run as dtest keeps it.
class Kept {
 public:
  Kept(const std::string& runs, std::string run, Keep keep = {}, bool whole = true)
      : run_(std::move(run)), log_({runs, whole, false, keep}, {run_ + "/1", run_}, writer_) {}
  template <class E> Kept& operator()(E event) {
    collector::Envelope envelope;
    envelope.seq = ++seq_;
    envelope.ts.us = 1'790'000'000'000'000 + static_cast<std::int64_t>(seq_);
    envelope.event = std::move(event);
    log_.on_event(envelope);
    return *this;
  }
  Kept& pump(base::Duration after = {}) {
    log_.pump(base::Instant{} + after);
    EXPECT_TRUE(writer_.flush(kPatience));
    return *this;
  }
  std::string finish() {
    log_.finish();
    EXPECT_TRUE(writer_.flush(kPatience));
    return log_.warning();
  }
  [[nodiscard]] std::string warning() const { return log_.warning(); }

 private:
  std::string run_;
  system::BackgroundWriter writer_;
  RunLog log_;
  std::uint64_t seq_ = 0;
};

collector::RunStart start(const std::string& word = "dtest") {
  collector::RunStart event;
  event.argv = {word};
  return event;
}

collector::RunEnd end(const std::string& verdict = "passed") {
  collector::RunEnd event;
  event.verdict = verdict;
  return event;
}

std::string error_of(const RunStore& store, const std::string& word) {
  try {
    (void)store.find(word);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::usage);
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(RunLog, KeepsEveryEventAndTheMeta) {
  const TempDir dir;
  const std::string runs = dir / "state/runs";
  Kept kept(runs, id('a'));
  EXPECT_EQ(kept(start())(collector::LogLine{"info", "one", ""})(end()).finish(), "");
  const RunStore store(runs);
  ASSERT_EQ(store.runs().size(), 1U);
  const StoredRun& run = store.find("");
  EXPECT_FALSE(run.live);
  EXPECT_EQ(run.meta.verdict, "passed");
  EventReader events(run.log());
  for (std::uint64_t seq = 1; seq <= 3; ++seq) EXPECT_EQ(events.next()->seq, seq);
  EXPECT_FALSE(events.next());
  EXPECT_EQ(events.lines().rest(), "");
  struct stat info {};
  ASSERT_EQ(::stat(run.dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST(RunLog, CanBeReadWhileTheRunGoesOn) {
  const TempDir dir;
  Kept kept(dir / "runs", id('a'));
  kept(start()).pump();
  kept(collector::LogLine{"info", "soon", ""}).pump();
  EXPECT_EQ(meta_of_log(dir / "runs/" + id('a') + "/" + kLogName, id('a'), true).started_us, 1'790'000'000'000'001);
  {
    const RunStore store(dir / "runs");
    ASSERT_EQ(store.runs().size(), 1U);
    EXPECT_TRUE(store.runs()[0].live);
    EventReader events(store.runs()[0].log());
    EXPECT_TRUE(events.next());
    EXPECT_FALSE(events.next()) << "half a second has not passed";
    kept.pump(std::chrono::seconds(1));
    EXPECT_TRUE(events.next());
  }
  kept(end()).finish();
  EXPECT_FALSE(RunStore(dir / "runs").runs()[0].live);
}

TEST(RunLog, ARunThatWasKilledIsReadFromItsEvents) {
  const TempDir dir;
  collector::RunPlan plan;
  plan.framework = "rspec";
  plan.files.resize(4);
  {
    Kept kept(dir / "runs", id('b'));
    kept(start())(plan).pump();
  }
  const RunStore store(dir / "runs");
  ASSERT_EQ(store.runs().size(), 1U);
  EXPECT_FALSE(store.runs()[0].live);
  EXPECT_FALSE(store.runs()[0].meta.ended());
  EXPECT_EQ(store.runs()[0].meta.files, 4U);
}

TEST(RunLog, WhatCannotBeWrittenIsOneWarning) {
  const TempDir dir;
  write_text(dir / "file", "");
  Kept kept(dir / "file/runs", id('a'));
  kept(start()).pump();
  EXPECT_TRUE(has(kept.warning(), dir / "file")) << kept.warning();
  EXPECT_EQ(kept(end()).finish(), kept.warning());
}

TEST(RunLog, NothingIsKeptWithoutAPlace) {
  Kept kept("", id('a'));
  EXPECT_EQ(kept(start())(end()).finish(), "");
}

TEST(RunLog, OneRunTakesAQuarterOfTheSize) {
  const TempDir dir;
  Kept kept(dir / "runs", id('a'), {10, 10, 400});
  kept(start())(end("failed"));
  EXPECT_TRUE(has(kept.finish(), "quarter"));
  EXPECT_EQ(RunStore(dir / "runs").find("aaaa").meta.verdict, "failed") << "the meta is written all the same";
}

TEST(RunLog, TwentyThousandExamplesTakeLittle) {
  const TempDir dir;
  Kept kept(dir / "runs", id('a'));
  kept(start());
  constexpr std::uint64_t kExamples = 20'000;
  for (std::uint32_t i = 0; i < kExamples; ++i) {
    collector::TestEnd event;
    const std::string name = std::to_string(i * 2654435761U);
    event.uid = name + name;
    event.path = "spec/models/m" + std::to_string(i / 20) + "_spec.rb";
    event.id = "./" + event.path + "[1:" + std::to_string(i % 20) + "]";
    event.line = i % 300;
    event.name = "does something with " + name;
    event.full_name = "Model " + std::to_string(i / 20) + " " + event.name;
    event.place = {"local", 1 + i % 4};
    event.secs = static_cast<double>(i * 7919 % 100'000) / 1e6;
    event.rerun = {"dtest", "run", event.path + ":" + std::to_string(event.line)};
    kept(std::move(event));
    if (i % 100 == 0) kept.pump(std::chrono::seconds(i));
  }
  EXPECT_EQ(kept(end()).finish(), "");
  const auto bytes = fs::file_size(dir / "runs/" + id('a') + "/" + kLogName);
  EXPECT_LT(bytes / kExamples, 150U) << "bytes per example; the bound is 400";
}

TEST(KeepOnly, TheOldestRunsGo) {
  const TempDir dir;
  const std::string runs = dir / "runs";
  for (const char digit : {'1', '2', '3', '4'}) {
    Kept(runs, id(digit))(start())(end()).finish();
    const auto back = std::chrono::hours('4' - digit + 1);
    fs::last_write_time(runs + "/" + id(digit), fs::file_time_type::clock::now() - back);
  }
  fs::create_directory(runs + "/of somebody else");
  EXPECT_EQ(keep_only(runs, "", {3, 30, 1U << 20U}), 1U);
  EXPECT_FALSE(fs::exists(runs + "/" + id('1')));
  EXPECT_EQ(keep_only(runs, id('2'), {1, 30, 1U << 20U}), 1U) << "the newest stays whatever its age";
  EXPECT_TRUE(fs::exists(runs + "/" + id('2')));
  EXPECT_TRUE(fs::exists(runs + "/" + id('4')));
  fs::last_write_time(runs + "/" + id('2'), fs::file_time_type::clock::now() - std::chrono::hours(24 * 31));
  EXPECT_EQ(keep_only(runs, "", {10, 30, 1U << 20U}), 1U) << "too old";
  EXPECT_EQ(keep_only(runs, "", {10, 30, 1}), 1U) << "too large";
  EXPECT_TRUE(fs::exists(runs + "/of somebody else"));
}

TEST(KeepOnly, ARunThatGoesOnStays) {
  const TempDir dir;
  Kept live(dir / "runs", id('a'));
  live(start()).pump();
  EXPECT_EQ(keep_only(dir / "runs", "", {1, 1, 1}), 0U);
  live(end()).finish();
  EXPECT_EQ(keep_only(dir / "runs", "", {1, 1, 1}), 1U);
}

TEST(RunStore, NamesRunsByWhatIsUnique) {
  const TempDir dir;
  const std::string runs = dir / "runs";
  for (const char* name : {"b0b31", "b0b32", "c"}) Kept(runs, id('0', name))(start())(end()).finish();
  const RunStore store(runs);
  EXPECT_EQ(store.brief(id('0', "b0b31")), "b0b31");
  EXPECT_EQ(store.brief(id('0', "c")), "c000");
  EXPECT_EQ(store.find("b0b32").meta.run, id('0', "b0b32"));
  EXPECT_TRUE(has(error_of(store, "b0"), "several runs begin with 'b0': b0b3"));
  EXPECT_TRUE(has(error_of(store, "dead"), "no stored run of this project is called 'dead'"));
}

TEST(RunStore, CountsBackFromTheLatest) {
  const TempDir dir;
  const std::string runs = dir / "runs";
  Kept(runs, id('a'))(end())(start("old")).finish();
  Kept(runs, id('b'))(end())(end())(end())(start("new")).finish();
  const RunStore store(runs);
  EXPECT_EQ(store.find("latest").meta.run, id('b'));
  EXPECT_EQ(store.find("latest~1").meta.run, id('a'));
  EXPECT_TRUE(has(error_of(store, "latest~2"), "only 2 runs are stored"));
  EXPECT_TRUE(has(error_of(store, "latest~x"), "is called"));
}

TEST(RunStore, WithoutRunsItSaysWhatToDo) {
  const TempDir dir;
  EXPECT_TRUE(has(error_of(RunStore(dir / "none"), ""), "start one with dtest"));
  EXPECT_TRUE(has(error_of(RunStore(""), "latest"), "start one with dtest"));
}

TEST(RunStore, LeavesOutWhatIsDamaged) {
  const TempDir dir;
  const std::string runs = dir / "runs";
  Kept(runs, id('a'))(start())(end()).finish();
  fs::create_directory(runs + "/" + id('d'));
  write_text(runs + "/" + id('d') + "/meta.json", "rubbish");
  EXPECT_EQ(RunStore(runs).runs().size(), 1U);
}

}  // namespace
}  // namespace dtest::history
