// Random legal and illegal reports from one seed: whatever is said, everything planned is accounted for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

#include "script.hpp"
#include "support/sanitized.hpp"

namespace dtest::collector {
namespace {

using master::Decision;
using protocol::Outcome;
using Try = std::pair<std::uint32_t, std::uint32_t>;  // item, attempt

class Chaos {
 public:
  explicit Chaos(std::uint32_t seed) : starts(seed % 2 == 0), random_(seed) {
    std::vector<std::string> files;
    for (std::uint32_t i = 0; i <= below(6); ++i) files.push_back("f" + std::to_string(i));
    planned_ = files.size();
    script.up(files);
    if (below(3) == 0) split();
  }

  RunEnd play() {
    const std::uint32_t steps = below(120);
    for (std::uint32_t i = 0; i < steps; ++i) step();
    return script.finish();
  }

  const bool starts;  ///< nothing is said of a try that was not started, as nodes do it
  Script script;
  std::map<Try, std::set<std::string>> announced;  // while nothing had ended the try
  std::set<std::string> split_paths;
  std::size_t planned_ = 0;

 private:
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  void split() {
    script.paths.push_back("f0");
    split_paths.insert("f0");
    script.collector.add_item(base::ItemId(static_cast<std::uint32_t>(planned_)), "f0");
  }

  std::uint32_t attempt(std::uint32_t item) {
    const std::uint32_t usual = attempts_[item] + 1;
    return below(8) == 0 ? below(usual + 2) : usual;
  }

  void list(std::uint32_t item, std::uint32_t number) {
    std::vector<std::uint32_t> examples;
    for (std::uint32_t n = 1 + below(2); n <= below(7); ++n) examples.push_back(n);
    script.list(item, examples, number, below(4) == 0);
    for (std::uint32_t n : examples) {
      if (over_.count({item, number}) == 0) announced[{item, number}].insert(script.id(item, n));
    }
  }

  void over(std::uint32_t item, std::uint32_t number) {
    AttemptEnd end;
    end.attempt = number;
    end.outcome = static_cast<Outcome>(below(6));
    if (below(2) == 0) end.running = 1 + below(7);
    end.decision = static_cast<Decision>(below(4));
    script.over(item, end);
    over_.insert({item, number});
    attempts_[item] = std::max(attempts_[item], number);
  }

  void step() {
    script.now += 0.125 * below(4);
    const std::uint32_t item = below(static_cast<std::uint32_t>(script.paths.size()));
    const std::uint32_t number = attempt(item);
    if (starts) script.start(item, number, 1 + below(3));
    const char* kStatuses[] = {"passed", "passed", "failed", "pending", "error", "crashed", "who knows"};
    switch (below(14)) {
      case 0: case 1: return script.start(item, number, 1 + below(3));
      case 2: case 3: return list(item, number);
      case 4: case 5: case 6: case 7: return script.verdict(item, 1 + below(6), kStatuses[below(7)], number);
      case 8: return script.outside(below(2) == 0 ? std::nullopt : std::optional(item), number);
      case 9: case 10: return over(item, number);
      case 11: return script.collector.tick(at(script.now));
      case 12: return node_step();
      default: return;
    }
  }

  void node_step() {
    const base::Slot slot(1 + below(3));
    switch (below(5)) {
      case 0: return script.collector.on_node_gone("n1", "lost", 1, false, at(script.now));
      case 1: return script.collector.on_node_joined("n1", at(script.now));
      case 2: return script.collector.on_report("n1", protocol::RunnerUp{slot, base::Incarnation(2), 5}, at(script.now));
      case 3: {
        protocol::RunnerExit exit{slot, base::Incarnation(1), 5, "SIGSEGV", "crashed", {}};
        return script.collector.on_report("n1", exit, at(script.now));
      }
      default: return script.collector.cancel("fail_fast", at(script.now));
    }
  }

  std::mt19937 random_;
  std::map<std::uint32_t, std::uint32_t> attempts_;
  std::set<Try> over_;
};

void check_stream(const Recorder& recorder) {
  for (std::size_t i = 0; i < recorder.events.size(); ++i) {
    ASSERT_EQ(recorder.events[i].seq, i + 1);
    ASSERT_EQ(recorder.events[i].last, i + 1 == recorder.events.size());
  }
  for (const LogLine& line : recorder.of<LogLine>()) ASSERT_NE(line.level, "error") << line.text;
}

// Each planned file has one file.end or is in not_run as a whole; one that was split, or cut off, may have both.
void check_files(const Chaos& chaos, const RunEnd& end) {
  std::map<std::string, int> ends, whole;
  for (const FileEnd& e : chaos.script.recorder.of<FileEnd>()) ++ends[e.path];
  for (const NotRun& e : end.not_run) whole[e.path] += e.id.empty() ? 1 : 0;
  for (std::size_t i = 0; i < chaos.planned_; ++i) {
    const std::string& path = chaos.script.paths[i];
    ASSERT_LE(ends[path], 1) << path;
    ASSERT_GE(ends[path] + whole[path], 1) << path;
    if (chaos.split_paths.count(path) == 0) ASSERT_LE(whole[path], 1) << path;
  }
}

// Each example that the accepted attempt announced has one verdict or is in not_run.
void check_examples(const Chaos& chaos, const RunEnd& end) {
  for (const FileEnd& file : chaos.script.recorder.of<FileEnd>()) {
    if (chaos.split_paths.count(file.path) > 0) continue;
    std::map<std::string, int> verdicts;
    // What stands of void attempts is told once more, with 0.
    const std::vector<FileRequeue> voided = chaos.script.recorder.of<FileRequeue>();
    const auto is_void = [&](std::uint32_t attempt) {
      return std::any_of(voided.begin(), voided.end(), [&](const FileRequeue& v) {
        return v.item == file.item && v.attempt == attempt;
      });
    };
    for (const TestEnd& e : chaos.script.recorder.of<TestEnd>())
      if (e.item == file.item && !is_void(e.attempt)) ++verdicts[e.id];
    for (const NotRun& e : end.not_run) {
      if (e.path == file.path && !e.id.empty()) ++verdicts[e.id];
    }
    auto announced = chaos.announced.find({file.item, file.attempt});
    const std::vector<FileStart> starts = chaos.script.recorder.of<FileStart>();
    const bool began = std::any_of(starts.begin(), starts.end(), [&](const FileStart& e) {
      return e.item == file.item && e.attempt == file.attempt;
    });
    if (announced == chaos.announced.end() || !began || is_void(file.attempt)) continue;  // some came late
    for (const std::string& id : announced->second) ASSERT_EQ(verdicts[id], 1) << id;
    for (const auto& [id, times] : verdicts) ASSERT_EQ(times, 1) << id;
  }
}

TEST(CollectorProperty, WhateverIsSaidIsAccountedFor) {
  for (std::uint32_t seed = 1; seed <= (support::kSanitized ? 1000U : 3000U); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos chaos(seed);
    RunEnd end = chaos.play();
    check_stream(chaos.script.recorder);
    check_files(chaos, end);
    if (chaos.starts) check_examples(chaos, end);  // of a try that never began nobody is told that it is void
    // Each tenth, for it takes as long as ten of the others.
    if (seed % 10 == 0 && chaos.starts && chaos.split_paths.empty()) {  // the parts of a split one have the same examples here
      ASSERT_EQ(chaos.script.violations(), std::vector<std::string>{});
    }
    ASSERT_EQ(end.counts.not_run, end.not_run.size());
    double shares = end.efficiency.busy;
    for (const auto& [cause, share] : end.efficiency.idle_by_cause) shares += share;
    ASSERT_TRUE(shares == 0 || std::abs(shares - 1) < 1e-9) << shares;
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(CollectorProperty, TheSameSeedTellsTheSame) {
  for (std::uint32_t seed : {7U, 8U}) {
    Chaos one(seed), two(seed);
    one.play();
    two.play();
    EXPECT_EQ(one.script.recorder.kinds(), two.script.recorder.kinds());
  }
}

}  // namespace
}  // namespace dtest::collector
