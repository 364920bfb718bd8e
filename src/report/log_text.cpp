#include "report/log_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "base/text.hpp"
#include "report/plain_text.hpp"

namespace dtest::report {
namespace {

constexpr std::size_t kLongest = 64 * 1024;  // of a line that does not end

std::string runner(std::uint32_t number) { return number == 0 ? "boot" : std::to_string(number); }

std::string plain(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return plain_line(line);
}

}  // namespace

std::string LogText::take(const collector::Envelope& envelope) {
  elapsed_ = envelope.elapsed;
  began_ = iso_time(envelope.ts, 0);
  text_.clear();
  std::visit([this](const auto& event) { on(event); }, envelope.event);
  return std::move(text_);
}

void LogText::say(const std::string& node, const std::string& who, std::string_view text) {
  if (!node_.empty() && node != node_) return;
  const std::string place = (node.empty() ? "dtest" : node) + (who.empty() ? "" : "/" + who);
  while (text.ends_with('\n')) text.remove_suffix(1);
  for (const std::string& line : base::split(text, '\n'))
    text_ += fmt::format("{:10.3f} {}  {}\n", elapsed_, plain(place), plain(line));
}

// Output comes in pieces that end anywhere.
void LogText::print(const Key& place, const collector::Output& output) {
  std::string& line = begun_[place];
  const std::uint64_t left_out = output.total - std::min<std::uint64_t>(output.total, output.bytes.size());
  if (left_out > 0) {
    finish_line(place);
    say(place.first, runner(place.second), fmt::format("({} left out)", base::plural(left_out, "byte")));
  }
  line += output.bytes;
  const std::size_t end = line.rfind('\n');
  if (end != std::string::npos) {
    say(place.first, runner(place.second), std::string_view(line).substr(0, end + 1));
    line.erase(0, end + 1);
  }
  if (line.size() > kLongest) finish_line(place);
}

void LogText::finish_line(const Key& place) {
  std::string& line = begun_[place];
  if (!line.empty()) say(place.first, runner(place.second), line);
  line.clear();
}

void LogText::on(const collector::RunStart& e) {
  say("", "", fmt::format("run of {} in {} by {} on {}, {} UTC, dtest {}", e.project, e.dir, e.user, e.host, began_,
                          e.version));
}

void LogText::on(const collector::RunEnd& e) {
  for (const auto& [place, line] : std::map<Key, std::string>(begun_)) finish_line(place);
  say("", "", fmt::format("{}, exit {}{}", e.verdict, e.exit_code, e.reason.empty() ? "" : ": " + e.reason));
}

void LogText::on(const collector::NodeSync& e) {
  if (e.phase == "start") return say(e.name, "", "the project is brought there");
  if (e.ok) say(e.name, "", "the project is there, after " + base::show_secs(e.secs));
  else say(e.name, "", "the project is not there: " + e.how);
}

void LogText::on(const collector::NodeSetup& e) {
  const std::string who = e.place.runner == 0 ? "" : runner(e.place.runner);
  if (e.phase == "start") return say(e.place.node, who, e.hook + ": " + e.file);
  if (!e.output.bytes.empty()) say(e.place.node, who, e.output.bytes);
  say(e.place.node, who, fmt::format("{}: {} after {}", e.hook, e.how, base::show_secs(e.secs)));
}

void LogText::on(const collector::RunnerStart& e) {
  say(e.place.node, runner(e.place.runner), fmt::format("begins, process {}", e.pid));
}

void LogText::on(const collector::RunnerCrash& e) {
  finish_line({e.place.node, e.place.runner});
  say(e.place.node, runner(e.place.runner), e.how + (e.path.empty() ? "" : " in " + e.path));
}

void LogText::on(const collector::RunnerEnd& e) {
  finish_line({e.place.node, e.place.runner});
  say(e.place.node, runner(e.place.runner), "ends: " + e.how);
}

void LogText::on(const collector::FileStart& e) {
  finish_line({e.place.node, e.place.runner});
  say(e.place.node, runner(e.place.runner),
      "runs " + e.path + (e.attempt > 1 ? fmt::format(", attempt {}", e.attempt) : ""));
}

}  // namespace dtest::report
