#include "cli/trials.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "base/exit_code.hpp"
#include "base/text.hpp"
#include "bus/loop.hpp"
#include "system/clock.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

// ctrl-C to a dtest: no new file; then kill; what hangs even so is killed from here.
constexpr base::Duration kBetweenPresses = std::chrono::milliseconds(300);
constexpr base::Duration kLastPatience = std::chrono::seconds(15);
constexpr std::size_t kMostSaid = 4096;

base::Instant clock_now() { return system::SystemClock().now(); }

bool has_verdicts(const system::ExitStatus& status) {
  using base::ExitCode;
  for (const ExitCode code : {ExitCode::ok, ExitCode::failed, ExitCode::not_run})
    if (status.code() == base::number(code)) return true;
  return false;
}

}  // namespace

Trials::Trials(Setting setting)
    : setting_(std::move(setting)), signals_({SIGINT, SIGTERM, SIGHUP, SIGCHLD}), dir_(system::PrivateDir::make()) {}

Trials::~Trials() {
  for (Try& one : tries_) one.unwanted = true;
  const base::Instant deadline = clock_now() + kLastPatience;
  while (!tries_.empty() && clock_now() < deadline) {
    for (Try& one : tries_)
      if (one.signals == 0) press(one, clock_now());
    try {
      (void)wait(deadline);
    } catch (const base::Error&) {  // nobody asks any more what became of it
    }
  }
  for (const Try& one : tries_) ::kill(one.child.pid, SIGKILL);
}

std::size_t Trials::running() const {
  return static_cast<std::size_t>(std::count_if(tries_.begin(), tries_.end(), [](const Try& t) { return !t.unwanted; }));
}

bool Trials::is_free(std::uint32_t runner) const {
  return std::none_of(tries_.begin(), tries_.end(), [&](const Try& one) { return one.runner == runner; });
}

// Its own number first: there it is most like the run.
std::uint32_t Trials::free_runner(bool exact) const {
  std::uint32_t runner = setting_.runner;
  for (std::uint32_t i = 1; !exact && !is_free(runner) && i <= setting_.numbers; ++i) runner = i;
  return runner;
}

void Trials::start(std::uint64_t number, const std::vector<std::string>& files, bool exact) {
  Try one;
  one.number = number;
  one.runner = free_runner(exact);
  one.files = dir_.file(std::to_string(++count_));
  one.began = clock_now();
  system::SpawnSpec spec;
  spec.argv = {setting_.program, "reproduce", setting_.failure, "--directory", setting_.directory,
               "--as-runner", std::to_string(one.runner), "--events", one.files + ".jsonl", "--no-history",
               "--format", "quiet", "--github", "off", "--color", "never"};
  for (const std::string& file : files) spec.argv.push_back("--after=" + file);
  if (files.empty()) spec.argv.emplace_back("--alone");
  spec.output = system::AppendTo{one.files + ".out"};
  spec.error = system::SameAsOutput{};
  spec.new_session = true;  // ctrl-C is ours to pass on
  spec.death_signal = SIGTERM;
  one.child = system::spawn(spec);
  tries_.push_back(std::move(one));
}

void Trials::press(Try& one, base::Instant now) {
  ++one.signals;
  ::kill(one.child.pid, one.signals <= 2 ? SIGINT : SIGKILL);
  one.next_signal = one.signals == 1 ? now + kBetweenPresses : one.signals == 2 ? now + kLastPatience : base::kNever;
}

void Trials::give_up(std::uint64_t number) {
  for (Try& one : tries_) {
    if (one.number != number || one.unwanted) continue;
    one.unwanted = true;
    press(one, clock_now());
  }
}

// Without a verdict nothing is known: the project does not boot any more, or the example has another name now.
Trials::Ended Trials::judge(const Try& one, system::ExitStatus status, base::Instant now) const {
  const bool told = has_verdicts(status);
  const history::Seen seen = told ? history::look_for(setting_.symptom, one.files + ".jsonl") : history::Seen::absent;
  if (seen != history::Seen::absent) return {one.number, seen, base::seconds(now - one.began)};
  const std::string said(base::trim(system::read_slice(one.files + ".out", 0, kMostSaid)));
  const int code = told ? base::number(base::ExitCode::config)
                        : status.code().value_or(base::number(base::ExitCode::internal));
  throw base::Error(static_cast<base::ExitCode>(code),
                    fmt::format("a try could not be made: {} was not run ({}){}", history::title(setting_.symptom),
                                status.text(), said.empty() ? "" : ". It said:\n" + said));
}

std::optional<Trials::Ended> Trials::reap(base::Instant now) {
  for (auto one = tries_.begin(); one != tries_.end();) {
    if (one->next_signal <= now) press(*one, now);
    const auto status = system::try_reap(one->child.pid);
    if (!status) {
      ++one;
      continue;
    }
    const Try ended = std::move(*one);
    one = tries_.erase(one);
    if (!ended.unwanted) return judge(ended, *status, now);
  }
  return std::nullopt;
}

std::optional<Trials::Ended> Trials::wait(base::Instant until) {
  for (;;) {
    while (auto signal = signals_.read())
      if (signal->signal != SIGCHLD && asked_ == 0) asked_ = signal->signal;
    const base::Instant now = clock_now();
    if (auto ended = reap(now)) return ended;
    const bool leaves = !tries_.empty() && running() == 0;
    if ((asked_ != 0 && !leaves) || now >= until || tries_.empty()) return std::nullopt;
    base::Instant wake = until;
    for (const Try& one : tries_) wake = std::min(wake, one.next_signal);
    pollfd fd{signals_.fd(), POLLIN, 0};
    ::poll(&fd, 1, bus::wait_ms(now, wake));
  }
}

}  // namespace dtest::cli
