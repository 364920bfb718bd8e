#include "collector/verify.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "collector/event_json.hpp"
#include "script.hpp"

namespace dtest::collector {
namespace {

using Json = nlohmann::json;
using Lines = std::vector<Json>;

std::vector<std::string> violations(const std::vector<std::string>& lines, bool cut_off = false) {
  Verifier verifier;
  for (const std::string& line : lines) verifier.take(line);
  verifier.finish(cut_off);
  std::vector<std::string> texts;
  for (const Violation& v : verifier.violations().kept()) texts.push_back(std::to_string(v.line) + ": " + v.text);
  return texts;
}

std::vector<std::string> violations(const Lines& lines) {
  std::vector<std::string> texts;
  for (const Json& line : lines) texts.push_back(line.dump());
  return violations(texts);
}

Lines written(const Script& script) {
  const StreamInfo info{"desk-1", "b0b38ba700112233445566778899aabb"};
  Lines lines;
  for (const Envelope& envelope : script.recorder.events) lines.push_back(Json::parse(to_json_line(envelope, info)));
  return lines;
}

// a: passed and failed; b: crashed in its first attempt, then passes; c: did not load; d: was not run.
Lines honest() {
  Script s;
  s.up({"a", "b", "c", "d"});
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1);
  s.start(1, 1, 2);
  s.list(1, {1});
  s.over(1, {.outcome = protocol::Outcome::crashed, .running = 1, .decision = master::Decision::repeated});
  s.verdict(0, 2, "failed");
  s.over(0);
  s.pass(1, 1, 2);
  s.start(2);
  s.outside(std::nullopt);
  s.over(2, {.outcome = protocol::Outcome::load_error});
  s.finish();
  return written(s);
}

std::size_t first(const Lines& lines, const std::string& kind, std::size_t skip = 0) {
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i]["kind"] == kind && skip-- == 0) return i;
  ADD_FAILURE() << "no " << kind;
  return 0;
}

void renumber(Lines& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i]["seq"] = i + 1;
}

void drop(Lines& lines, const std::string& kind, std::size_t skip = 0) {
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(first(lines, kind, skip)));
  renumber(lines);
}

void repeat(Lines& lines, const std::string& kind) {
  const std::size_t at = first(lines, kind);
  const Json copy = lines[at];
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), copy);
  renumber(lines);
}

struct Planted {
  const char* what;
  std::function<void(Lines&)> plant;
  const char* said;
};

const std::vector<Planted>& planted() {
  static const std::vector<Planted> all{
      {"a line is lost", [](Lines& l) { l.erase(l.begin() + 3); }, "4: its number is 5, and 4 was expected"},
      {"a number comes twice", [](Lines& l) { l[5]["seq"] = 5; }, "6: its number is 5, and 6 was expected"},
      {"two streams", [](Lines& l) { l[5]["stream"] = "other"; }, "6: 'stream' is other, and was desk-1 before"},
      {"two runs", [](Lines& l) { l[5]["run"] = std::string(32, '0'); }, "6: 'run' is 0000"},
      {"no name of a run", [](Lines& l) { for (Json& e : l) e["run"] = "x"; }, "1: 'x' is no run's name"},
      {"another version", [](Lines& l) { l[0]["v"] = "2.0"; }, "1: version 2.0 of the stream"},
      {"no kind", [](Lines& l) { l[1].erase("kind"); }, "2: the event lacks 'kind'"},
      {"a number as text", [](Lines& l) { l[1]["seq"] = "2"; }, "2: 'seq' of node.join is not a whole number"},
      {"no time of day", [](Lines& l) { l[1].erase("ts"); }, "2: node.join lacks 'ts'"},
      {"no time of day is 0", [](Lines& l) { l[1]["ts"] = 0; }, "2: its time of day (ts) is 0"},
      {"the time of day goes back", [](Lines& l) { l[1]["ts"] = 1; }, "2: the time of day (ts) goes back from 1000000000 to 1, and no log.line says why"},
      {"what ended its runner is forgotten", [](Lines& l) { l[first(l, "file.requeue")]["running"] = "./b[7]"; },
       "./b[7] has no verdict in the end, and had one in a try that is void"},
      {"what was announced is forgotten", [](Lines& l) { l[first(l, "file.requeue")]["announced"] = 2; },
       "2 examples of b were announced, and 1 have a verdict or were not run"},
      {"so is what was announced by a try that counts", [](Lines& l) { l[first(l, "file.end")]["announced"] = 3; },
       "3 examples of a were announced, and 2 have a verdict or were not run"},
      {"flaky is hidden everywhere", [](Lines& l) {
         l[first(l, "test.end", 2)]["flaky"] = false;
         l[first(l, "file.end", 1)]["counts"]["flaky"] = l.back()["counts"]["flaky"] = 0;
       }, "./b[1] was bad before and is not told as flaky"},
      {"what was never bad is flaky", [](Lines& l) { l[first(l, "test.end")]["flaky"] = true; },
       "./a[1] is told as flaky and was not bad before"},
      {"time goes back", [](Lines& l) { l[5]["elapsed"] = 9.5; }, "time goes back from 9.5 s"},
      {"an event of the socket", [](Lines& l) { l[1]["kind"] = "stream.beat"; }, "2: stream.beat belongs on the socket"},
      {"no beginning", [](Lines& l) { drop(l, "run.start"); }, "1: the first event is node.join, not run.start"},
      {"two beginnings", [](Lines& l) { repeat(l, "run.start"); }, "2: a second run.start"},
      {"no end", [](Lines& l) { l.pop_back(); }, "0: run.end is missing: the stream was cut off"},
      {"two ends", [](Lines& l) { repeat(l, "run.end"); }, "run.end comes after the end of the run"},
      {"no last", [](Lines& l) { l.back().erase("last"); }, "run.end does not bear 'last'"},
      {"last too early", [](Lines& l) { l[2]["last"] = true; }, "3: run.plan bears 'last'"},
      {"a path is planned twice", [](Lines& l) { l[2]["files"].push_back(l[2]["files"][0]); }, "3: a is planned twice"},
      {"two plans", [](Lines& l) { repeat(l, "run.plan"); }, "4: a second run.plan"},
      {"a bad file is called good", [](Lines& l) { l[first(l, "file.end")]["status"] = "passed"; },
       "a is 'passed' by its end, and failed by what ran in it"},
      {"a good file is called bad", [](Lines& l) { l[first(l, "file.end", 1)]["status"] = "failed"; },
       "b is 'failed' by its end, and passed by what ran in it"},
      {"a file is called what nobody knows", [](Lines& l) { l[first(l, "file.end", 1)]["status"] = "banana"; },
       "b is 'banana' by its end"},
      {"a file ended as nothing", [](Lines& l) { l[first(l, "file.end")].erase("status"); }, "file.end lacks 'status'"},
      {"a later attempt is said to be accepted", [](Lines& l) { l[first(l, "file.end")]["attempt"] = 2; },
       "a ended with attempt 2 at item 0, and attempt 1 was accepted"},
      {"a void attempt is said to be accepted", [](Lines& l) { l[first(l, "file.end", 1)]["attempt"] = 1; },
       "b ended with attempt 1 at item 1, and attempt 2 was accepted"},
      {"a file ends with another's item", [](Lines& l) { l[first(l, "file.end")]["item"] = 2; },
       "a ended with item 2, a part of c"},
      {"a file was not planned", [](Lines& l) { l[2]["files"].erase(0); }, "a was not planned"},
      {"a planned file without a path", [](Lines& l) { l[2]["files"][0] = 3; }, "3: a planned file has no path"},
      {"a planned file is forgotten", [](Lines& l) { l[2]["files"].push_back({{"path", "e"}}); l.back()["files"] = 5; },
       "0: e was planned and has no outcome"},
      {"a file never ended", [](Lines& l) { drop(l, "file.end"); }, "a was planned and has no outcome"},
      {"a file ended twice", [](Lines& l) { repeat(l, "file.end"); }, "a ended before, in line"},
      {"a try goes on for ever", [](Lines& l) { drop(l, "file.end", 1); }, "attempt 2 at b was neither accepted"},
      {"a try was never void", [](Lines& l) { drop(l, "file.requeue"); }, "began, and that of line"},
      {"a void try is accepted again", [](Lines& l) { l[first(l, "file.start", 2)]["attempt"] = 1; },
       "attempt 1 at item 1 began after attempt 1"},
      {"a requeue without a try after it", [](Lines& l) { l[first(l, "file.requeue")]["again"] = false; },
       "began, though none was to follow"},
      {"a verdict of a void try", [](Lines& l) { l[first(l, "test.end", 2)]["attempt"] = 1; },
       "test.end of attempt 1 at item 1, which is void"},
      {"a verdict of no try", [](Lines& l) { drop(l, "file.start"); }, "which never began"},
      {"a verdict of another file", [](Lines& l) { l[first(l, "test.end")]["path"] = "b"; }, "names b, not a"},
      {"two verdicts", [](Lines& l) { repeat(l, "test.end"); }, "a second verdict of ./a[1] in one attempt"},
      {"a verdict is lost", [](Lines& l) { drop(l, "test.end"); }, "a: 1 passed by its end, 0 by its examples"},
      {"a verdict is changed", [](Lines& l) { l[first(l, "test.end")]["status"] = "pending"; },
       "a: 0 pending by its end, 1 by its examples"},
      {"a verdict without a status", [](Lines& l) { l[first(l, "test.end")].erase("status"); }, "test.end lacks 'status'"},
      {"a bad verdict without a number", [](Lines& l) { l[first(l, "test.end", 1)]["failure"] = 0; },
       "test.end is bad and has no number of a failure"},
      {"a good one with a number", [](Lines& l) { l[first(l, "test.end")]["failure"] = 9; },
       "test.end has the number of a failure and is none"},
      {"one number for two failures", [](Lines& l) { l[first(l, "file.load_error")]["failure"] = 1; },
       "failure 1 has been told before"},
      {"flaky is hidden", [](Lines& l) { l[first(l, "test.end", 2)]["flaky"] = false; },
       "b: 1 flaky by its end, 0 by its examples"},
      {"a load error is lost", [](Lines& l) { drop(l, "file.load_error"); }, "c: 1 error by its end, 0 by its examples"},
      {"an error outside is lost", [](Lines& l) { drop(l, "test.error"); },
       "1 errors outside examples in the summary, 0 told"},
      {"the file's own failure is not counted", [](Lines& l) { l[first(l, "file.end")]["failure"] = 77; },
       "a failed by itself, and its counts do not show it"},
      {"no counts", [](Lines& l) { l.back().erase("counts"); }, "run.end lacks 'counts'"},
      {"a count of the run", [](Lines& l) { l.back()["counts"]["passed"] = 3; }, "3 passed in the summary, 2 told"},
      {"flaky of the run", [](Lines& l) { l.back()["counts"]["flaky"] = 0; }, "0 flaky in the summary, 1 told"},
      {"files of the run", [](Lines& l) { l.back()["files"] = 3; }, "3 files in the summary, 4 planned"},
      {"not run is hidden", [](Lines& l) { l.back()["not_run"] = Json::array(); }, "0: d was planned and has no outcome"},
      {"not run and not planned", [](Lines& l) { l.back()["not_run"][0]["path"] = "z"; },
       "'z' is told as not run and was not planned"},
      {"a wrong verdict", [](Lines& l) { l.back()["verdict"] = "passed"; },
       "the verdict 'passed' and exit code 1 do not fit the counts"},
      {"a wrong exit code", [](Lines& l) { l.back()["exit_code"] = 0; }, "'failed' and exit code 0 do not fit"},
  };
  return all;
}

TEST(Verify, AnHonestStreamHolds) { EXPECT_EQ(violations(honest()), std::vector<std::string>{}); }

TEST(Verify, EveryPlantedViolationIsFound) {
  for (const Planted& one : planted()) {
    Lines lines = honest();
    one.plant(lines);
    const std::vector<std::string> found = violations(lines);
    const auto all = Json(found).dump(1);
    EXPECT_NE(all.find(one.said), std::string::npos) << one.what << ": " << all;
  }
}

// a[1] fails and passes when it is tried again.
Lines retried() {
  Script s;
  s.up({"a"});
  s.paths.push_back("a");
  s.start(0);
  s.list(0, {1, 2});
  s.verdict(0, 1, "failed");
  s.verdict(0, 2);
  protocol::ItemEnd end;
  end.item = base::ItemId(0), end.attempt = base::Attempt(1);
  s.collector.on_retry(end, {end.item, end.attempt, base::ItemId(1), 1, 1, {s.id(0, 1)}});
  s.over(0);
  s.pass(1, 1);
  s.finish();
  return written(s);
}

TEST(Verify, RetriesThatHold) { EXPECT_EQ(violations(retried()), std::vector<std::string>{}); }

TEST(Verify, EveryPlantedViolationOfARetryIsFound) {
  const std::vector<Planted> all{
      {"it was something else", [](Lines& l) { l[first(l, "test.retry")]["status"] = "timed_out"; },
       "./a[1] is retried because it was timed_out, and its verdict was failed"},
      {"it was nothing", [](Lines& l) { l[first(l, "test.retry")]["status"] = "not_run"; },
       "./a[1] is retried because it was not_run, and its verdict was failed"},
      {"it was what nobody knows", [](Lines& l) { l[first(l, "test.retry")]["status"] = "banana"; },
       "./a[1] is retried because it was banana"},
      {"another item is to retry it", [](Lines& l) { l[first(l, "test.retry")]["next"] = 7; },
       "./a[1] was to be retried as item 7, which told nothing of it"},
      {"it retries itself", [](Lines& l) { l[first(l, "test.retry")]["next"] = 0; },
       "./a[1] was to be retried as item 0"},
  };
  for (const Planted& one : all) {
    Lines lines = retried();
    one.plant(lines);
    const auto found = Json(violations(lines)).dump(1);
    EXPECT_NE(found.find(one.said), std::string::npos) << one.what << ": " << found;
  }
}

// `dtest reproduce` gives a file as often as it was tried.
TEST(Verify, AFileThatIsGivenTwiceIsPlannedOnce) {
  Script s;
  s.up({"a", "b", "a"});
  s.pass(0, 1);
  s.pass(1, 1);
  s.start(2);
  s.list(2, {2});
  s.verdict(2, 2);
  s.over(2);
  s.finish();
  EXPECT_EQ(s.recorder.of<RunPlan>().at(0).files.size(), 2U);
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

TEST(Verify, LinesThatAreNoEvents) {
  EXPECT_EQ(violations(std::vector<std::string>{"", "[]", "{"}),
            (std::vector<std::string>{"1: it is no JSON object", "2: it is no JSON object", "3: it is no JSON object",
                                      "0: there are no events"}));
  EXPECT_EQ(violations(std::vector<std::string>{}), std::vector<std::string>{"0: there are no events"});
}

TEST(Verify, ACutOffFileIsOne) {
  std::vector<std::string> lines;
  for (const Json& line : honest()) lines.push_back(line.dump());
  EXPECT_EQ(violations(lines, true), std::vector<std::string>{std::to_string(lines.size()) +
                                                              ": the line has no end: the file was cut off"});
}

TEST(Verify, TheListOfViolationsIsBounded) {
  Verifier verifier;
  for (int i = 0; i < 5000; ++i) verifier.take("x");
  EXPECT_EQ(verifier.violations().kept().size(), 1000U);
  EXPECT_EQ(verifier.violations().total(), 5000U);
}

// The project's own fault, not the machine's: 1, although there is nothing that could be counted.
TEST(Verify, AHelperThatDoesNotLoad) {
  protocol::BootFailed failed;
  failed.why = "the helper raised";
  failed.code = 1;
  Script s;
  s.collector.set_time(at(0), {1'000'000'000});
  s.collector.begin(at(0));
  s.collector.on_node_joined("n1", at(0));
  s.collector.on_report("n1", failed, at(1));
  s.finish();
  const Lines lines = written(s);
  EXPECT_EQ(lines.back()["verdict"], "error");
  EXPECT_EQ(lines.back()["exit_code"], 1);
  EXPECT_EQ(violations(lines), std::vector<std::string>{});
}

TEST(Verify, ATryThatNeverBeganMayBeVoid) {
  Script s;
  s.up({"a"});
  s.over(0, {.outcome = protocol::Outcome::returned, .decision = master::Decision::repeated});
  s.pass(0, 1, 2);
  s.finish();
  EXPECT_EQ(s.violations(), std::vector<std::string>{});
}

TEST(Verify, NothingMatched) {
  Script s;
  s.up({});
  s.finish();
  EXPECT_EQ(violations(written(s)), std::vector<std::string>{});
}

}  // namespace
}  // namespace dtest::collector
