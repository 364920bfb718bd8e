#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/endpoint.hpp"
#include "bus/loop.hpp"
#include "bus/sub_socket.hpp"
#include "cli/command.hpp"
#include "cli/event_filter.hpp"
#include "cli/live_runs.hpp"
#include "cli/stored.hpp"
#include "collector/event_line.hpp"
#include "collector/event_schema.hpp"
#include "config/key_file.hpp"
#include "system/clock.hpp"
#include "system/signals.hpp"

namespace dtest::cli {
namespace {

constexpr std::int64_t kMostFrame = 16 << 20;
constexpr base::Duration kLook = std::chrono::milliseconds(500);
constexpr base::Duration kSilence = std::chrono::seconds(10);  // of a stream that beats every second
constexpr base::Duration kLogComes = std::chrono::seconds(3);
constexpr int kMoreAfter = 100;  // ms
constexpr std::size_t kBrief = 8;  // letters of a run

struct Target {
  std::string endpoint;
  long long pid = 0;  ///< of the run; 0: not known
  std::string key_file{}, publisher_key{};
};

bool is_tcp(const Target& target) { return bus::Endpoint::parse_any(target.endpoint).is_tcp(); }

// Both sides of TCP show a key.
struct Keys {
  bus::KeyPair own;
  bus::PublicKey publisher;
};

std::optional<Keys> keys_for(const Target& target) {
  if (!is_tcp(target)) return std::nullopt;
  if (target.key_file.empty())
    throw base::Error(base::ExitCode::config, target.endpoint + " needs a key: give --key-file");
  bus::KeyPair own = config::load_key_pair(target.key_file, "dtest keygen");
  bus::PublicKey publisher = own.open;
  if (!target.publisher_key.empty()) publisher = config::load_public_key(target.publisher_key).key;
  return Keys{std::move(own), std::move(publisher)};
}

// Between two looks at a file or a directory; ends with a signal.
class Wait {
 public:
  Wait() : signals_({SIGINT, SIGTERM}) {}
  // False when a signal came.
  bool for_more() {
    pollfd ready{signals_.fd(), POLLIN, 0};
    if (::poll(&ready, 1, kMoreAfter) > 0) signal_ = signals_.read();
    return !signal_;
  }
  [[nodiscard]] bool signal() const { return signal_.has_value(); }
  [[nodiscard]] base::Instant now() const { return clock_.now(); }
  [[nodiscard]] base::ExitCode code() const {
    return signal_ && signal_->signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  }

 private:
  system::SystemClock clock_;
  system::SignalFd signals_;
  decltype(std::declval<system::SignalFd>().read()) signal_;
};

bool is_endpoint(const std::string& word) { return word.find("://") != std::string::npos; }

// One line of a stream: shown if it is wanted; what is missing before it is told in any case.
EventFilter::Seen show(EventFilter& filter, const std::string& line) {
  const EventFilter::Seen seen = filter.look(line);
  if (seen.missed > 0)
    std::cerr << "dtest: " << base::plural(seen.missed, "event") << " missed before number " << seen.before << "\n";
  if (seen.wanted) print(line + "\n");
  return seen;
}

bool is_gone(const Target& target) {
  if (is_tcp(target)) return false;  // only its silence tells
  if (target.pid > 0 && ::kill(static_cast<pid_t>(target.pid), 0) != 0) return true;
  return ::access(bus::Endpoint::parse(target.endpoint).path().c_str(), F_OK) != 0;
}

// What an ended stream did not say; `newest` of its events has come.
base::Error cut_off(const EventFilter::Seen& newest) {
  std::string text = "the run ended without saying how: its last event is missing";
  if (!newest.run.empty())
    text += fmt::format("; what came after number {0} is where the run is kept: dtest events {1} --from {2}", newest.seq,
                        newest.run.substr(0, kBrief), newest.seq + 1);
  return {base::ExitCode::no_node, text};
}

base::Error silent(const Target& target) {
  return {base::ExitCode::no_node,
          fmt::format("nothing is heard from {} for {} s: no run publishes there, or its owner has not let your key in "
                      "(your {} as NAME.pub in his ~/.config/distributest/readers), or it has another key than {}",
                      target.endpoint, base::seconds(kSilence), config::public_file(target.key_file),
                      target.publisher_key.empty() ? "yours (--publisher-key)" : target.publisher_key)};
}

// Live, from now on.
base::ExitCode listen(const Target& target, EventFilter& filter) {
  system::SystemClock clock;
  system::SignalFd signals({SIGINT, SIGTERM});
  bus::Context context;
  bus::Loop loop([&] { return clock.now(); });
  const std::optional<Keys> keys = keys_for(target);
  bus::SubSocket socket(context, bus::Endpoint::parse_any(target.endpoint), "dt1.", bus::MaxFrame{kMostFrame},
                        keys ? bus::Curve(bus::CurveClient{&keys->own, keys->publisher}) : bus::NoCurve{});
  base::ExitCode code = base::ExitCode::ok;
  EventFilter::Seen newest;
  bool heard = false;  // anything since the last look
  auto events = loop.watch(socket, [&] {
    auto message = socket.receive();
    if (!message || message->frames.size() < 2) return message.has_value();
    heard = true;
    auto line = collector::event_line(message->frames[1], message->frames.size() > 2 ? message->frames[2] : "");
    if (!line) {
      std::cerr << "dtest: a message on " << target.endpoint << " is no event, and was left out\n";
      return true;
    }
    newest = show(filter, line->json);
    if (newest.last) loop.stop();
    return !newest.last;
  });
  auto stop = loop.watch_fd(signals.fd(), [&] {
    auto signal = signals.read();
    if (!signal) return false;
    code = signal->signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
    loop.stop();
    return false;
  });
  base::Instant next_look = clock.now() + kLook;
  base::Instant heard_at = clock.now();
  bool gone = false;
  loop.run([&] { return next_look; },
           [&](base::Instant now) {
             if (now < next_look) return;
             next_look = now + kLook;
             if (heard) heard_at = now;
             if (is_tcp(target) && now - heard_at > kSilence) loop.stop();
             // A run that was killed says no goodbye. What it had sent is read before this is believed.
             if (std::exchange(gone, is_gone(target) && !heard)) loop.stop();
             heard = false;
           });
  if (newest.seq == 0 && newest.run.empty() && code == base::ExitCode::ok && is_tcp(target)) throw silent(target);
  if (!newest.last && code == base::ExitCode::ok) throw cut_off(newest);
  return code;
}

std::string log_of(const LiveRun& run) {
  const std::string runs = history::runs_dir(state_home(), run.project);
  return runs.empty() ? "" : runs + "/" + run.run + "/" + history::kLogName;
}

// A run that goes on: all of its stream, from its log; nothing is missed, and nobody waits for us.
base::ExitCode follow(const LiveRun& run, const config::EventsOptions& options, EventFilter& filter) {
  const std::string log = log_of(run);
  Wait wait;
  const auto given_up = wait.now() + kLogComes;
  while (::access(log.c_str(), R_OK) != 0 && wait.now() < given_up && wait.for_more()) {
  }
  if (::access(log.c_str(), R_OK) != 0 && !wait.signal())
    return listen({run.endpoint, run.pid, options.key_file, options.publisher_key}, filter);
  if (wait.signal()) return wait.code();
  history::LineReader lines(log);
  for (bool over = false;;) {
    while (auto line = lines.next())
      if (show(filter, *line).last) return base::ExitCode::ok;
    // What was written before the writer let go is read before this is believed.
    if (over) throw base::Error(base::ExitCode::no_node, "the run ended without saying how: its last event is missing");
    over = !history::is_being_written(log);
    if (!over && !wait.for_more()) return wait.code();
  }
}

base::ExitCode show_stored(const history::RunStore& store, const std::string& word, EventFilter& filter) {
  const history::StoredRun& run = store.find(word);
  history::LineReader lines(run.log());
  bool last = false;
  while (auto line = lines.next()) last = show(filter, *line).last;
  if (!last) std::cerr << "dtest: run " << store.brief(run.meta.run) << " was cut off: it has no last event\n";
  return base::ExitCode::ok;
}

// The next run of the project, and the one after it, until a signal.
base::ExitCode follow_all(const config::EventsOptions& options) {
  Wait wait;
  for (std::string before;;) {
    for (const LiveRun& run : live_runs_called(options.target, options.directory)) {
      if (run.run == before || run.project != options.directory) continue;
      before = run.run;
      EventFilter filter(options.from, options.kinds);
      try {
        if (const base::ExitCode code = follow(run, options, filter); code != base::ExitCode::ok) return code;
      } catch (const base::Error& error) {
        if (error.code() != base::ExitCode::no_node) throw;
        std::cerr << "dtest: " << error.what() << "\n";
      }
    }
    if (!wait.for_more()) return wait.code();
  }
}

// A run of this project that goes on, else one that is stored, else one of another project that goes on.
base::ExitCode of_run(const config::EventsOptions& options, EventFilter& filter) {
  const bool any = options.target.empty() || options.target == "latest";
  const std::vector<LiveRun> live = live_runs_called(options.target, options.directory);
  if (!any && live.size() > 1) (void)find_live_run(options.target, options.directory);  // says which
  if (!live.empty() && (!any || live.front().project == options.directory)) return follow(live.front(), options, filter);
  const history::RunStore store = open_store(options.directory);
  if (store.runs().empty() && !live.empty()) return follow(live.front(), options, filter);
  return show_stored(store, options.target, filter);
}

}  // namespace

base::ExitCode events_command(const config::EventsOptions& options) {
  if (!options.verify.empty()) return verify_command(options.verify, options.json);
  if (options.schema) {
    print(collector::event_schema());
    return base::ExitCode::ok;
  }
  EventFilter filter(options.from, options.kinds);
  if (options.endpoint_only) {
    print((is_endpoint(options.target) ? options.target : find_live_run(options.target, options.directory).endpoint) +
          "\n");
    return base::ExitCode::ok;
  }
  if (is_endpoint(options.target))
    return listen({options.target, 0, options.key_file, options.publisher_key}, filter);
  return options.follow ? follow_all(options) : of_run(options, filter);
}

}  // namespace dtest::cli
