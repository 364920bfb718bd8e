// Stored events through the console, compared with the screens of tests/golden/screens: SCENARIO.SIZE.txt. With
// DTEST_REGENERATE=1 the screens are written instead; read them as a person would before you commit them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/text.hpp"
#include "collector/event_json.hpp"
#include "report/console.hpp"

namespace dtest::report {
namespace {

// Lines as they come; the live block, where a test asks for it, behind "> ".
class PlainScreen final : public Screen {
 public:
  void permanent(std::string lines) override { text += lines; }
  void live(std::vector<std::string> block) override { block_ = std::move(block); }
  void keep_live() {
    for (const std::string& line : block_) text += "> " + line + "\n";
  }
  std::string text;

 private:
  std::vector<std::string> block_;
};

struct Case {
  std::string scenario, size;
};

std::string folder() { return std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/tests/golden/screens/"; }

ConsoleOptions options_for(const std::string& size) {
  ConsoleOptions options;
  options.run = "b0b38ba700112233445566778899aabb";
  options.kept_as = "b0b38ba7";
  options.width = size.starts_with("120") ? 120 : 80;
  options.unicode = size.find("ascii") == std::string::npos;
  options.live = size.find("log") == std::string::npos;
  options.colour = size.find("colour") != std::string::npos;
  options.height = 30;
  if (size.find("files") != std::string::npos) options.format = Format::files;
  if (size.find("quiet") != std::string::npos) options.format = Format::quiet;
  return options;
}

base::Instant at(double secs) { return base::Instant(base::from_seconds(1000 + secs)); }

// Ticks once a second as dtest does, and shows the live block at each run.progress.
std::string screen_of(const std::string& scenario, const ConsoleOptions& options) {
  PlainScreen screen;
  Console console(options, screen);
  std::ifstream file(folder() + scenario + ".jsonl");
  double now = 0;
  for (std::string line; std::getline(file, line);) {
    std::optional<collector::Envelope> event = collector::from_json_line(line);
    if (!event) ADD_FAILURE() << "not an event: " << line;
    else {
      for (; now + 1 < event->elapsed; now += 1) console.tick(at(now + 1));
      console.on_event(*event);
      now = event->elapsed;
      console.tick(at(now + 0.2));
      if (std::holds_alternative<collector::RunProgress>(event->event)) screen.keep_live();
    }
  }
  return screen.text;
}

class GoldenScreen : public testing::TestWithParam<Case> {};

TEST_P(GoldenScreen, IsAsStored) {
  std::string path = folder() + GetParam().scenario + "." + GetParam().size + ".txt";
  std::string text = screen_of(GetParam().scenario, options_for(GetParam().size));
  if (std::getenv("DTEST_REGENERATE") != nullptr) {
    std::ofstream(path) << text;
    GTEST_SKIP() << "rewrote " << path;
  }
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(text, golden.str());
}

// Only a rerun command may be longer than the screen: it must be copied in one piece.
TEST_P(GoldenScreen, FitsTheWidth) {
  ConsoleOptions options = options_for(GetParam().size);
  std::istringstream text(screen_of(GetParam().scenario, options));
  for (std::string line; std::getline(text, line);) {
    if (line.find("dtest run") != std::string::npos) continue;
    EXPECT_LE(base::columns(line), options.width + (line.starts_with("> ") ? 2 : 0)) << line;
    if (options.unicode) continue;
    EXPECT_EQ(line.find_first_not_of("\t !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
                                     "abcdefghijklmnopqrstuvwxyz{|}~"), std::string::npos) << line;
  }
}

std::vector<Case> cases() {
  std::vector<Case> list;
  for (const char* scenario : {"passing", "failing", "crashed", "load_error", "flaky", "interrupted", "nothing",
                               "hooks"}) {
    for (const char* size : {"80", "120", "80-ascii"}) list.push_back({scenario, size});
  }
  for (const char* scenario : {"passing", "failing", "stuck", "hooks"}) list.push_back({scenario, "80-log"});
  list.push_back({"failing", "80-quiet"});
  list.push_back({"failing", "120-colour"});
  list.push_back({"crashed", "80-files-log"});
  return list;
}

INSTANTIATE_TEST_SUITE_P(Screens, GoldenScreen, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& one) {
                           std::string name = one.param.scenario + "_" + one.param.size;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace dtest::report
