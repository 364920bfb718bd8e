#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/console_impl.hpp"
#include "report/header.hpp"

namespace dtest::report {
namespace {

std::string_view status_words(collector::Status status) {
  if (status == collector::Status::timed_out) return "timed out";
  return status == collector::Status::not_run ? "not run" : collector::name(status);
}

std::string why_cancelled(const std::string& reason) {
  if (reason == "interrupt") return "interrupted";
  if (reason == "term") return "told to end";
  if (reason == "fail_fast") return "enough failures";
  return reason == "timeout" ? "the run's time is over" : reason;
}

std::string inside(const std::string& file, const std::string& directory) {
  return file.starts_with(directory + "/") ? file.substr(directory.size() + 1) : file;
}

// Of a flaky one.
std::string good_on(collector::Status status, const char* what, std::uint32_t number) {
  const char* good = status == collector::Status::pending ? "pending" : "passed";
  return number == 0 ? good : fmt::format("{} on {} {}", good, what, number);
}

}  // namespace

void Console::Impl::on(const collector::RunStart& e) {
  look_.single_node = e.nodes.size() <= 1;
  look_.project_dir = e.dir;
  runners_ = e.runners;
  manner_ = e.manner;
  repetition_.begin(e.manner);
  if (!quiet()) print(start_lines(e, options_.run, look_));
}

void Console::Impl::on(const collector::RunPlan& e) {
  bool again = progress_.planned();
  progress_.plan(e);
  seed_ = e.seed;
  if (e.runners > 0) runners_ = e.runners;
  if (quiet() || again) return;
  Lines lines = node_lines(nodes_, look_);
  for (std::string& line : plan_lines(e, look_)) lines.push_back(std::move(line));
  lines.emplace_back();
  print(lines);
}

void Console::Impl::on(const collector::RunProgress& e) {
  progress_.set(e, elapsed_);
  countdown_.estimate(e.left_secs, elapsed_);
}

void Console::Impl::on(const collector::RunCancel& e) {
  stopping_ = true;
  std::string text = why_cancelled(look_.clean(e.reason)) + ": no new files";
  if (!e.running.empty()) text += fmt::format("; {} still running", base::plural(e.running.size(), "file"));
  if (e.reason == "interrupt") text += "; ctrl-C again kills them now";
  note("STOP", Colour::bold_yellow, text);
}

void Console::Impl::on(const collector::RunKill& e) {
  stopping_ = true;
  note("KILL", Colour::bold_yellow,
       fmt::format("{}: ending what still runs ({})", why_cancelled(look_.clean(e.reason)), e.running));
}

void Console::Impl::on(const collector::RunEnd& e) {
  ended_ = true;
  if (options_.live) screen_.live({});
  if (!blank_) print({""});
  collector::RunEnd end = e;
  for (const auto& [node, why] : unable_)
    if (!end.reason.empty() && why.starts_with(end.reason)) end.reason.clear();
  SummaryFacts facts{end, failures_, slow_files_, slow_tests_, flaky_, changed_, outgrown_, rates_, seed_, manner_};
  print(summary(facts, options_, look_));
}

void Console::Impl::on(const collector::NodeJoin& e) {
  nodes_.push_back(e);
  if (look_.single_node || quiet() || !progress_.planned()) return;
  note("NODE", Colour::bold,
       fmt::format("{} joined at {}{}", look_.clean(e.name), show_clock(elapsed_),
                   e.runners > 0 ? " with " + base::plural(e.runners, "runner") : ""));
}

void Console::Impl::on(const collector::NodeLost& e) {
  progress_.lost(e.name);
  copying_.erase(e.name);
  if (unable_.count(e.name) > 0 && e.requeued == 0) return;  // why was told
  std::erase_if(up_, [&](const auto& runner) { return runner.first == e.name; });
  std::string text = fmt::format("{} lost at {}: {}", look_.clean(e.name), show_clock(elapsed_), look_.clean(e.reason));
  if (e.requeued > 0) text += fmt::format("; {} back in the queue", base::plural(e.requeued, "file"));
  note("NODE", Colour::bold_yellow, text);
}

void Console::Impl::on(const collector::NodeLeave& e) {
  if (look_.single_node || quiet() || e.reason.empty() || progress_.done() == progress_.total()) return;
  std::string text = fmt::format("{} left at {}: {}; {} ended there", look_.clean(e.name), show_clock(elapsed_),
                                 look_.clean(e.reason), base::plural(e.files, "file"));
  if (e.requeued > 0) text += fmt::format(", {} back in the queue", e.requeued);
  note("NODE", Colour::bold, text);
}

void Console::Impl::on(const collector::NodeSync& e) {
  if (e.phase == "start") copying_.insert(e.name);
  else copying_.erase(e.name);
}

void Console::Impl::on(const collector::NodeSetup& e) {
  const std::pair<std::string, std::uint32_t> place{e.place.node, e.place.runner};
  if (e.phase == "start") {
    hooks_[place] = e.hook;
    return;
  }
  hooks_.erase(place);
  // What node_setup printed comes with why there is no runner at all.
  if (e.ok || e.place.runner == 0 || stopping_) return;
  std::string file = look_.path(inside(e.file, look_.project_dir), 0, look_.width / 2);
  note("HOOK", Colour::bold_red, fmt::format("{} of {}: {}", file, look_.place(e.place), look_.clean(e.how)));
  // Mostly they all fail in the same way: one tells it whole.
  print_output(e.output.bytes, hook_failures_++ == 0 ? look_.message_lines : look_.backtrace_lines);
}

// The last `most` lines, long ones broken: why it failed is often at the end of one.
void Console::Impl::print_output(const std::string& bytes, std::size_t most) {
  Lines lines = look_.clean_lines(bytes);
  for (std::size_t i = lines.size() - std::min(most, lines.size()); i < lines.size(); ++i)
    for (const std::string& part : wrap(lines[i], look_.width - kIndent)) print({std::string(kIndent, ' ') + part});
}

void Console::Impl::on(const collector::RunnerStart& /*event*/) {}

void Console::Impl::on(const collector::RunnerReady& e) {
  if (e.place.runner > 0) up_.emplace(e.place.node, e.place.runner);
}

void Console::Impl::on(const collector::RunnerCrash& e) {
  if (!e.path.empty()) {
    // Of a try that was already told to be over it explains no later one.
    if (explained_.erase(e.path) == 0) crashes_[e.path] = e;
    return;
  }
  if (e.place.runner == 0) {
    const Lines why = look_.clean_lines(e.how);
    unable_[e.place.node] = e.how;
    const bool served = std::any_of(up_.begin(), up_.end(), [&](const auto& up) { return up.first == e.place.node; });
    const std::string where = look_.single_node ? "" : "node " + look_.clean(e.place.node) + ": ";
    note(served ? "NODE" : "BOOT", Colour::bold_red, where + (why.empty() ? "it failed" : why.front()));
    for (std::size_t i = 1; i < why.size(); ++i) {
      for (const std::string& part : wrap(why[i], look_.width - kIndent)) print({std::string(kIndent, ' ') + part});
    }
  } else {
    note("RUNNER", Colour::bold_yellow, how_it_ended(e, look_) + " while it ran no file");
  }
  // Why nothing could start is read whole, but for what Ruby says of its own crash.
  const std::size_t room = look_.width - kIndent;
  for (const std::string& line : report_in(look_.clean_lines(e.output.bytes), look_.output_lines)) {
    for (const std::string& part : e.place.runner == 0 ? wrap(line, room) : Lines{look_.cut(line, room)})
      print({std::string(kIndent, ' ') + part});
  }
}

// Of one that only rests nobody need know, unless it comes to something.
void Console::Impl::on(const collector::RunnerSuspect& e) {
  if (e.what != "replaced" && e.what != "stopped") return;
  note("RUNNER", Colour::bold_red, look_.clean(e.text));
  const std::string first = headline({e.exception});
  if (first.empty()) return;
  const std::string text = "first, at " + look_.path(e.path, 0, look_.width / 2) + ": " + look_.clean(first);
  print({std::string(kIndent, ' ') + look_.cut(text, look_.width - kIndent)});
}

void Console::Impl::on(const collector::FileStart& e) {
  progress_.start(e, elapsed_);
  repetition_.take(e);
}

void Console::Impl::on(const collector::FileEnd& e) {
  progress_.end(e);
  rates_.add(e);
  if (is_bad(e.status) && (e.failure > 0 || !failures_.has(e.path))) add_failure(failure_of(e, crash_at(e.path), manner_, look_));
  if (slow_files_.takes(e.secs)) slow_files_.add({e.secs, e.path, "", 0, e.item, e.attempt, e.place});
  bool named = std::any_of(flaky_.begin(), flaky_.end(), [&](const FlakyTest& f) {
    return f.line > 0 && f.path == e.path;
  });
  if (e.flaky && !named) {
    const Retried& before = retries_[e.path];
    flaky_.push_back({e.path, 0, good_on(e.status, "attempt", e.attempt), e.item, e.attempt, before.why,
                      repetition_.command(before.failure)});
  }
  crashes_.erase(e.path);
  if (options_.format == Format::files) show_file(e);
}

void Console::Impl::show_file(const collector::FileEnd& e) {
  bool bad = is_bad(e.status);
  std::vector<std::string> parts;
  if (e.counts.bad() > 0) parts.push_back(fmt::format("{} of {} failed", e.counts.bad(), e.counts.total()));
  else parts.push_back(e.counts.total() == 0 ? "no examples" : fmt::format("{} passed", e.counts.passed));
  if (e.counts.pending > 0) parts.push_back(fmt::format("{} pending", e.counts.pending));
  if (e.counts.not_run > 0) parts.push_back(fmt::format("{} not run", e.counts.not_run));
  if (e.flaky) parts.emplace_back("flaky");
  std::string right =
      pad(base::join(parts, ", "), 20) + pad_left(base::show_secs(e.secs), 8) + "  " + look_.place(e.place);
  std::string label = bad ? look_.palette(Colour::bold_red, "BAD") : look_.palette(Colour::green, "ok");
  std::size_t used = 5 + base::columns(right) + 2;
  std::size_t room = std::max<std::size_t>(look_.width > used ? look_.width - used : 0, 20);
  room = std::min<std::size_t>(room, 70);
  print({pad(label, 5) + pad(look_.path(e.path, 0, room), room) + "  " + right});
}

void Console::Impl::on(const collector::FileRequeue& e) {
  progress_.requeue(e);
  slow_tests_.remove(e);
  std::vector<std::uint32_t> dropped = failures_.remove(e);
  std::erase_if(flaky_, [&](const FlakyTest& f) {
    return f.path == e.path && f.item == e.item && f.attempt == e.attempt;
  });
  const collector::RunnerCrash* crash = crash_at(e.path);
  std::string why = look_.clean(e.reason);
  if (crash != nullptr) {
    why = how_it_ended(*crash, look_);
    if (!crash->last_test.empty()) why += " while running " + look_.clean(crash->last_test);
  } else if (!e.running.empty()) {
    const bool ended = e.reason.starts_with("SIG") || e.reason.starts_with("exit ");
    if (ended) why = how_it_ended({e.place, 0, 0, e.reason, e.path, "", {}}, look_);
    why += (ended ? " while running " : ", in ") + look_.clean(e.running);
    explained_.insert(e.path);
  }
  retries_[e.path] = {why, dropped.empty() ? 0 : dropped.front()};
  std::string text = look_.path(e.path, 0, look_.width - kIndent) + ": " + why;
  if (e.again) text += fmt::format("{}trying again (attempt {})", look_.dot(), e.attempt + 1);
  if (!dropped.empty()) {
    const char* what = dropped.size() == 1 ? "{}failure {} no longer counts" : "{}failures {} no longer count";
    text += fmt::format(fmt::runtime(what), look_.dot(), fmt::join(dropped, ", "));
  }
  // What is not tried again is in the list of what was not run, and what only waited there has not been tried.
  const bool tried = e.again && e.place.runner > 0;
  if (!quiet() && (tried || !dropped.empty())) note(e.again ? "RETRY" : "VOID", Colour::bold_yellow, text);
  crashes_.erase(e.path);
}

void Console::Impl::on(const collector::FileLoadError& e) { add_failure(failure_of(e, manner_)); }

void Console::Impl::on(const collector::TestEnd& e) {
  progress_.add(e);
  if (slow_tests_.takes(e.secs)) {
    slow_tests_.add({e.secs, e.path, e.full_name.empty() ? e.name : e.full_name, e.line, e.item, e.attempt, e.place});
  }
  if (is_bad(e.status)) add_failure(failure_of(e, crash_at(e.path), manner_, look_));
  if (e.flaky) {
    const bool retry = e.retry > 0;
    const Retried& before = retries_[retry ? e.path + e.id : e.path];
    flaky_.push_back({e.path, e.line, good_on(e.status, retry ? "retry" : "attempt", retry ? e.retry : e.attempt),
                      e.item, e.attempt, before.why, repetition_.command(before.failure)});
  }
}

void Console::Impl::on(const collector::TestRetry& e) {
  progress_.retry(e);
  rates_.add(e);
  std::uint32_t number = failures_.remove(e);
  std::string what(status_words(e.status));
  if (e.status != collector::Status::not_run) what += " on " + look_.place(e.place);
  retries_[e.path + e.id] = {what, number};
  std::string text = look_.path(e.path, e.line, look_.width - kIndent) + ": " + what +
                     fmt::format("{}retry {} of {}", look_.dot(), e.retry, e.retries);
  if (number != 0) text += fmt::format("{}failure {} no longer counts", look_.dot(), number);
  if (!quiet()) note("RETRY", Colour::bold_yellow, text);
}

void Console::Impl::on(const collector::TestError& e) { add_failure(failure_of(e, manner_)); }

void Console::Impl::on(const collector::LogLine& e) {
  constexpr std::size_t kMostTold = 1000;
  bool serious = e.level == "warn" || e.level == "error";
  if (e.level == "debug" || (quiet() && !serious)) return;
  if (told_.size() >= kMostTold || !told_.insert(e.level + e.text).second) return;
  std::string text = look_.clean(e.text);
  if (!e.node.empty() && !look_.single_node) text = look_.clean(e.node) + ": " + text;
  note(serious ? (e.level == "warn" ? "WARN" : "ERROR") : "note", serious ? Colour::bold_yellow : Colour::dim, text);
}

}  // namespace dtest::report
