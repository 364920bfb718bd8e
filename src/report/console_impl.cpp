#include "report/console_impl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "report/header.hpp"

namespace dtest::report {
namespace {

constexpr base::Duration kFrame = std::chrono::milliseconds(100);
constexpr std::size_t kLeastWidth = 40;
constexpr std::size_t kMostStuckLines = 10;
constexpr std::size_t kMostSlow = 2;  // files that are told to be slow at the same time
constexpr std::size_t kMostTold = 4;  // times that the same error is shown in full

}  // namespace

Console::Impl::Impl(ConsoleOptions options, Screen& screen)
    : options_(std::move(options)),
      screen_(screen),
      heartbeat_(options_.status_secs, options_.stuck_secs),
      repetition_(options_.kept_as),
      slow_files_(options_.slow_file_secs),
      slow_tests_(options_.slow_test_secs) {
  look_.palette = Palette(options_.colour);
  look_.ascii = !options_.unicode;
  look_.backtrace_lines = options_.backtrace_lines;
  look_.output_lines = options_.output_lines;
  look_.message_lines = options_.message_lines;
  resize(options_.width, options_.height);
}

void Console::Impl::resize(std::size_t width, std::size_t height) {
  look_.width = std::max(width, kLeastWidth);
  options_.height = height;
  next_frame_ = {};
}

void Console::Impl::on_event(const collector::Envelope& envelope) {
  if (ended_) return;
  elapsed_ = std::max(elapsed_, envelope.elapsed);
  std::visit([this](const auto& event) { on(event); }, envelope.event);
}

void Console::Impl::tick(base::Instant now) {
  if (ended_ || quiet()) return;
  double clock = base::seconds(now.time_since_epoch());
  offset_ = std::max(offset_.value_or(elapsed_ - clock), elapsed_ - clock);
  elapsed_ = clock + *offset_;
  if (options_.live) draw(now);
  else beat();
}

LiveFacts Console::Impl::facts() {
  LiveFacts f;
  f.elapsed = elapsed_;
  f.fraction = progress_.fraction(elapsed_);
  f.left = stopping_ ? std::nullopt : countdown_.shown(elapsed_);
  f.runners_up = static_cast<std::uint32_t>(up_.size());
  f.runners = std::max(runners_, f.runners_up);
  f.waiting = waiting();
  return f;
}

std::string Console::Impl::waiting() const {
  bool finished = progress_.planned() && progress_.done() == progress_.total();
  if (stopping_ || finished) return "ending the runners";
  if (!up_.empty()) return "waiting";
  if (hooks_.empty() && !copying_.empty()) {
    const std::size_t others = copying_.size() - 1;
    return "copying the project to " + look_.clean(*copying_.begin()) +
           (others > 0 ? " and " + base::plural(others, "other node") : "");
  }
  if (hooks_.empty()) return nodes_.empty() ? "connecting" : "loading the application";
  const auto& [place, hook] = *hooks_.begin();
  return "setting up: " + look_.clean(hook) + (place.second > 0 ? fmt::format(" ({} left)", hooks_.size()) : "");
}

void Console::Impl::draw(base::Instant now) {
  if (now < next_frame_) return;
  next_frame_ = now + kFrame;
  std::size_t rows = std::clamp<std::size_t>(options_.height / 3, 2, 10);
  screen_.live(live_block(progress_, failures_, facts(), rows, look_));
}

// Once for each file that takes longer than it ever should: without a live block nobody would see it. When many do,
// it is the machine.
void Console::Impl::tell_slow() {
  if (elapsed_ < next_slow_) return;
  std::size_t more = 0;
  std::size_t told = 0;
  for (const Progress::Running& running : progress_.running()) {
    if (!is_overdue(running, elapsed_) || !slow_.emplace(running.path, running.since).second) continue;
    if (++told > kMostSlow) {
      ++more;
      continue;
    }
    note("SLOW", Colour::bold_yellow, fmt::format("{} runs for {} on {}", look_.path(running.path, 0, look_.width / 2),
                                                  run_time(running, elapsed_), look_.place(running.place)));
  }
  if (told > 0) next_slow_ = elapsed_ + options_.status_secs;
  if (more > 0) note("SLOW", Colour::bold_yellow, fmt::format("so do {}", base::plural(more, "other file")));
}

void Console::Impl::beat() {
  tell_slow();
  switch (heartbeat_.check(progress_.pulse(), elapsed_)) {
    case Heartbeat::Due::nothing: return;
    case Heartbeat::Due::status: print({status_line(progress_, failures_, facts(), look_)}); return;
    case Heartbeat::Due::stuck: break;
  }
  Lines lines{status_line(progress_, failures_, facts(), look_)};
  std::string what = fmt::format("nothing has ended for {}", base::show_secs(heartbeat_.still(elapsed_)));
  lines.push_back("       " + look_.palette(Colour::bold_yellow, what) + (progress_.running().empty() ? "" : "; running:"));
  for (std::string& line : running_lines(progress_, elapsed_, kMostStuckLines, look_)) {
    lines.push_back(std::move(line));
  }
  print(lines);
}

void Console::Impl::print(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(line).append("\n");
  if (text.empty()) return;
  blank_ = lines.back().empty();
  screen_.permanent(std::move(text));
}

void Console::Impl::note(std::string_view label, Colour colour, const std::string& text) {
  print(labelled(look_, label, colour, text));
}

void Console::Impl::add_failure(Failure failure) {
  failures_.add(failure);
  repetition_.name(failure);
  // The fifth time the same error is no news: when a database is down, hundreds of examples say so.
  std::string error = headline(failure.exceptions);
  auto& [times, first] = errors_[error];
  if (times > 0 && !failures_.counts(first)) times = 0;  // it is void by now, and says nothing any more
  if (++times == 1) first = failure.number;
  // What a hook or an exit handler raises is raised in each runner.
  const std::size_t most = failure.path.empty() ? 1 : kMostTold;
  if (!error.empty() && times > most) {
    failure.remark = fmt::format("the same error as {}: {}", first, look_.cut(look_.clean(error), look_.width));
    failure.exceptions.clear();
    failure.output = {};
  }
  print(failure_entry(failure, look_));
}

const collector::RunnerCrash* Console::Impl::crash_at(const std::string& path) const {
  auto found = crashes_.find(path);
  return found == crashes_.end() ? nullptr : &found->second;
}

}  // namespace dtest::report
