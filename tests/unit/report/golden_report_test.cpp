// Stored events through each report, compared with tests/golden/reports/SCENARIO.REPORT. With DTEST_REGENERATE=1 they
// are written instead; read them as their readers would before you commit them. What each must hold for any run is
// checked by tests/system/report_test.rb with readers of others.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "collector/event_json.hpp"
#include "report/github.hpp"
#include "report/recorder.hpp"
#include "report/reports.hpp"

namespace dtest::report {
namespace {

std::string golden(const std::string& name) {
  return std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/tests/golden/" + name;
}

RunRecord record_of(const std::string& scenario) {
  std::ifstream file(golden(scenario == "hostile" ? "reports/hostile.jsonl" : "screens/" + scenario + ".jsonl"));
  Recorder recorder;
  for (std::string line; std::getline(file, line);) {
    collector::StreamInfo info;
    auto event = collector::from_json_line(line, &info);
    if (!event) ADD_FAILURE() << "not an event: " << line;
    else recorder.name(info.run), recorder.on_event(*event);
  }
  return recorder.take();
}

std::string summary(const RunRecord& run) { return github_summary(run); }

struct Case {
  const char* scenario;
  const char* report;
  std::string (*make)(const RunRecord&);
};

class GoldenReport : public testing::TestWithParam<Case> {};

TEST_P(GoldenReport, IsAsStored) {
  std::string path = golden(std::string("reports/") + GetParam().scenario + "." + GetParam().report);
  std::string text = GetParam().make(record_of(GetParam().scenario));
  if (std::getenv("DTEST_REGENERATE") != nullptr) {
    std::ofstream(path) << text;
    GTEST_SKIP() << "rewrote " << path;
  }
  std::ostringstream stored;
  stored << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, stored.str());
}

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const char* scenario : {"passing", "failing", "crashed", "load_error", "flaky", "interrupted", "nothing",
                               "hostile"}) {
    list.push_back({scenario, "junit.xml", junit_report});
    list.push_back({scenario, "report.json", json_report});
    list.push_back({scenario, "tap", tap_report});
    list.push_back({scenario, "trace.json", trace_report});
    list.push_back({scenario, "annotations.txt", github_annotations});
    list.push_back({scenario, "summary.md", summary});
  }
  return list;
}

INSTANTIATE_TEST_SUITE_P(Reports, GoldenReport, testing::ValuesIn(cases()), [](const auto& one) {
  std::string name = std::string(one.param.scenario) + "_" + one.param.report;
  for (char& c : name) c = c == '.' ? '_' : c;
  return name;
});

// dtest hands over run.end before it is told; a stored stream has it.
TEST(Recorder, TheLastEventMayComeByItself) {
  std::ifstream file(golden("reports/hostile.jsonl"));
  Recorder live("2b6dda51");
  Recorder later("2b6dda51");
  for (std::string line; std::getline(file, line);) {
    auto event = collector::from_json_line(line);
    ASSERT_TRUE(event);
    later.on_event(*event);
    const auto* end = std::get_if<collector::RunEnd>(&event->event);
    if (end == nullptr) live.on_event(*event);
    if (end == nullptr) continue;
    const RunRecord told = live.take_with(*end);
    const RunRecord read = later.take();
    EXPECT_EQ(json_report(told), json_report(read));
    EXPECT_EQ(trace_report(told), trace_report(read));
  }
}

// `dtest reproduce` reads what is stored.
TEST(Exact, OnlyOfRunsThatAreKept) {
  RunRecord run = record_of("failing");
  for (const auto& report : {json_report, tap_report, page_report, summary}) {
    run.start.kept = true;
    EXPECT_NE(report(run).find("reproduce"), std::string::npos);
    run.start.kept = false;
    EXPECT_EQ(report(run).find("reproduce"), std::string::npos);
  }
}

TEST(Page, HoldsItsDataAsDataOnly) {
  std::string page = page_report(record_of("hostile"));
  std::size_t begin = page.find("id=\"data\">");
  std::size_t end = page.find("</script>", begin);
  ASSERT_NE(begin, std::string::npos);
  std::string data = page.substr(begin + 10, end - begin - 10);
  EXPECT_EQ(data.find_first_of("<>&"), std::string::npos);
  EXPECT_NE(data.find("\\u003cimg onerror"), std::string::npos);
  EXPECT_TRUE(page.ends_with("</html>\n"));
}

TEST(Github, ASummaryStaysBelowItsLimit) {
  RunRecord run = record_of("failing");
  EXPECT_GT(github_summary(run).size(), 5000U);
  EXPECT_LE(github_summary(run, 5000).size(), 5000U);
  EXPECT_NE(github_summary(run, 5000).find("more failures have no room"), std::string::npos);
}

}  // namespace
}  // namespace dtest::report
