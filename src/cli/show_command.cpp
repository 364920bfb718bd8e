// dtest show: a stored run as it was shown, or one of its failures in full.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/failure_name.hpp"
#include "cli/stored.hpp"
#include "report/aftermath.hpp"
#include "report/console.hpp"
#include "report/failure.hpp"
#include "report/repetition.hpp"

namespace dtest::cli {
namespace {

using history::StoredRun;

constexpr std::size_t kAll = 1'000'000;  // lines: nothing is left out of one failure

struct Found {
  report::Failure failure;
  collector::Envelope event;
  collector::StreamInfo info;
};

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang 14 deduces none by itself

// Looks for the failure that bears the number, with what is known of a process that ended at its file.
class Search {
 public:
  Search(std::uint32_t number, const std::string& brief, report::Look& look)
      : number_(number), look_(look), repetition_(brief) {}

  std::optional<report::Failure> take(const collector::Envelope& envelope) {
    std::optional<report::Failure> found = look_at(envelope);
    if (found) repetition_.name(*found);
    return found;
  }

 private:
  std::optional<report::Failure> look_at(const collector::Envelope& envelope) {
    return std::visit(Overloaded{
                          [&](const collector::RunStart& e) { return start(e); },
                          [&](const collector::RunnerCrash& e) {
                            crashes_[e.path] = e;
                            return std::optional<report::Failure>();
                          },
                          [&](const collector::FileStart& e) {
                            repetition_.take(e);
                            return std::optional<report::Failure>();
                          },
                          [&](const collector::TestEnd& e) { return match(e); },
                          [&](const collector::FileEnd& e) { return match(e); },
                          [&](const collector::FileLoadError& e) {
                            return e.failure == number_ ? std::optional(report::failure_of(e, manner_)) : std::nullopt;
                          },
                          [&](const collector::TestError& e) {
                            return e.failure == number_ ? std::optional(report::failure_of(e, manner_)) : std::nullopt;
                          },
                          [](const auto&) { return std::optional<report::Failure>(); },
                      },
                      envelope.event);
  }

  std::optional<report::Failure> start(const collector::RunStart& event) {
    look_.project_dir = event.dir;
    manner_ = event.manner;
    repetition_.begin(event.manner);
    look_.single_node = event.nodes.size() < 2;
    return std::nullopt;
  }
  template <class E> std::optional<report::Failure> match(const E& event) {
    if (event.failure != number_) return std::nullopt;
    const auto crash = crashes_.find(event.path);
    return report::failure_of(event, crash == crashes_.end() ? nullptr : &crash->second, manner_, look_);
  }

  std::uint32_t number_;
  report::Look& look_;
  report::Repetition repetition_;
  collector::Manner manner_;
  std::map<std::string, collector::RunnerCrash> crashes_;
};

// The run in commands, as the console called it while it ran.
std::string as_shown(const StoredRun& run, const std::string& brief) {
  constexpr std::size_t kShown = 8;
  return run.meta.run.substr(0, std::max(kShown, brief.size()));
}

Found find(const StoredRun& run, const std::string& brief, std::uint32_t number, report::Look& look) {
  Search search(number, as_shown(run, brief), look);
  history::EventReader events(run.log());
  while (auto event = events.next()) {
    auto failure = search.take(*event);
    if (!failure) continue;
    Found found{std::move(*failure), std::move(*event), events.info()};
    report::Aftermath aftermath(found.failure);
    while (auto later = events.next()) aftermath.take(later->event);
    found.failure.aftermath = aftermath.text();
    return found;
  }
  const auto& bad = run.meta.bad;
  if (std::any_of(bad.begin(), bad.end(), [&](const history::Noted& noted) { return noted.failure == number; }))
    throw base::Error(base::ExitCode::usage,
                      fmt::format("run {} has a failure {}, but its log is not whole, and it is not there: {}", brief, number,
                                  run.log()));
  throw no_such_failure(run, brief, number);
}

void show_failure(const StoredRun& run, const std::string& brief, const config::StoredOptions& options) {
  report::Look look = look_of_output(options.color);
  look.backtrace_lines = look.output_lines = look.message_lines = kAll;
  const Found found = find(run, brief, options.failure, look);
  if (options.json) return print(collector::to_json_line(found.event, found.info) + "\n");
  print(base::join(report::failure_entry(found.failure, look), "\n") + "\n");
}

// What the console cannot know: why nothing follows.
std::string without_end(const StoredRun& run, const std::string& brief) {
  if (run.meta.ended())
    return fmt::format("\nrun {} ended ({}, exit {}), but its log is not whole, and nothing more of it is there: {}\n", brief,
                       run.meta.verdict, run.meta.exit_code, run.log());
  if (run.live) return fmt::format("\nrun {} goes on\n", brief);
  return fmt::format("\nrun {} was cut off: it has no verdict\n", brief);
}

void show_run(const StoredRun& run, const std::string& brief, const config::StoredOptions& options) {
  if (options.json) return print(history::to_json(run.meta));
  const report::Look look = look_of_output(options.color);
  report::ConsoleOptions console;
  console.run = run.meta.run;
  console.kept_as = as_shown(run, brief);
  console.colour = look.palette.on();
  console.unicode = !look.ascii;
  console.width = look.width;
  PlainScreen screen;
  report::Console shown(std::move(console), screen);
  history::EventReader events(run.log());
  bool whole = false;
  while (auto event = events.next()) {
    shown.on_event(*event);
    whole = event->last;
  }
  if (!whole) screen.permanent(without_end(run, brief));
  screen.close();
}

}  // namespace

base::ExitCode show_command(const config::StoredOptions& options) {
  const history::RunStore store = open_store(options.directory);
  const StoredRun& run = store.find(options.run);
  const std::string brief = store.brief(run.meta.run);
  if (options.failure > 0) show_failure(run, brief, options);
  else show_run(run, brief, options);
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
