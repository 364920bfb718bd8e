#include "cli/stored.hpp"

#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <ctime>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "history/location.hpp"
#include "terminal/facts.hpp"

namespace dtest::cli {
namespace {

terminal::When when(config::Color color) {
  if (color == config::Color::always) return terminal::When::always;
  return color == config::Color::never ? terminal::When::never : terminal::When::automatic;
}

}  // namespace

std::string state_home() { return history::state_home(std::getenv("XDG_STATE_HOME"), std::getenv("HOME")); }

history::RunStore open_store(const std::string& directory) {
  const std::string home = state_home();
  if (home.empty())
    throw base::Error(base::ExitCode::config, "there is no place for stored runs: set HOME or XDG_STATE_HOME");
  return history::RunStore(history::runs_dir(home, directory));
}

report::Look look_of_output(config::Color color) {
  const terminal::Facts facts = terminal::facts_of(STDOUT_FILENO, when(color), terminal::process_environment());
  report::Look look;
  look.palette = report::Palette(facts.colour);
  look.width = facts.size.width;
  look.ascii = !facts.unicode;
  return look;
}

void PlainScreen::permanent(std::string lines) {
  if (error_) return;
  try {
    print(lines);
  } catch (...) {
    error_ = std::current_exception();
  }
}

void PlainScreen::close() const {
  if (error_) std::rethrow_exception(error_);
}

std::string show_date(std::int64_t us) {
  const std::time_t seconds = us / 1'000'000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local)};
}

std::string verdict_word(const history::StoredRun& run) {
  if (run.live) return "runs";
  if (!run.meta.ended()) return "cut off";
  std::string word = run.meta.verdict;
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word;
}

std::string counts_text(const collector::Counts& c) {
  std::vector<std::string> parts;
  const std::array<std::pair<std::uint64_t, std::string_view>, 7> all{
      {{c.failed, "failed"}, {c.error, "error"}, {c.crashed, "crashed"}, {c.timed_out, "timed out"},
       {c.not_run, "not run"}, {c.passed, "passed"}, {c.pending, "pending"}}};
  for (const auto& [number, word] : all)
    if (number > 0) parts.push_back(base::show_count(number) + " " + std::string(word));
  return base::join(parts, ", ");
}

std::string cell(const report::Look& look, std::string_view text, std::size_t columns) {
  return report::pad(look.cut(look.clean(text), columns), columns);
}

}  // namespace dtest::cli
