#include <unistd.h>

#include <csignal>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "bus/context.hpp"
#include "bus/loop.hpp"
#include "bus/sub_socket.hpp"
#include "cli/command.hpp"
#include "cli/live_runs.hpp"
#include "collector/event_line.hpp"
#include "system/clock.hpp"
#include "system/signals.hpp"

namespace dtest::cli {
namespace {

constexpr std::int64_t kMostFrame = 16 << 20;
constexpr base::Duration kLook = std::chrono::milliseconds(500);

struct Target {
  std::string endpoint;
  long long pid = 0;  ///< of the run; 0: not known
};

Target find(const config::EventsOptions& options) {
  if (options.target.find("://") != std::string::npos) return {options.target, 0};
  std::string directory(4096, '\0');
  bool known = ::getcwd(directory.data(), directory.size()) != nullptr;
  LiveRun run = find_live_run(options.target, known ? directory.c_str() : "");
  return {run.endpoint, run.pid};
}

bool is_gone(const Target& target) {
  if (target.pid > 0 && ::kill(static_cast<pid_t>(target.pid), 0) != 0) return true;
  return ::access(bus::Endpoint::parse(target.endpoint).path().c_str(), F_OK) != 0;
}

base::ExitCode follow(const Target& target) {
  system::SystemClock clock;
  system::SignalFd signals({SIGINT, SIGTERM});
  bus::Context context;
  bus::Loop loop([&] { return clock.now(); });
  bus::SubSocket socket(context, bus::Endpoint::parse(target.endpoint), "dt1.", bus::MaxFrame{kMostFrame});
  base::ExitCode code = base::ExitCode::ok;
  std::uint64_t expected = 0;
  bool last = false;
  auto events = loop.watch(socket, [&] {
    auto message = socket.receive();
    if (!message || message->frames.size() < 2) return message.has_value();
    auto line = collector::event_line(message->frames[1], message->frames.size() > 2 ? message->frames[2] : "");
    if (!line) {
      std::cerr << "dtest: a message on " << target.endpoint << " is no event, and was left out\n";
      return true;
    }
    if (expected != 0 && line->seq > expected)
      std::cerr << "dtest: " << base::plural(line->seq - expected, "event") << " missed before number " << line->seq
                << "\n";
    expected = line->seq + 1;
    print(line->json + "\n");
    last = line->last;
    if (last) loop.stop();
    return !last;
  });
  auto stop = loop.watch_fd(signals.fd(), [&] {
    auto signal = signals.read();
    if (!signal) return false;
    code = signal->signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
    loop.stop();
    return false;
  });
  base::Instant next_look = clock.now() + kLook;
  bool gone = false;
  loop.run([&] { return next_look; },
           [&](base::Instant now) {
             if (now < next_look) return;
             next_look = now + kLook;
             // A run that was killed says no goodbye. What it had sent is read before this is believed.
             if (std::exchange(gone, is_gone(target))) loop.stop();
           });
  if (!last && code == base::ExitCode::ok)
    throw base::Error(base::ExitCode::no_node, "the run ended without saying how: its last event is missing");
  return code;
}

}  // namespace

base::ExitCode events_command(const config::EventsOptions& options) {
  if (!options.verify.empty()) return verify_command(options.verify, options.json);
  Target target = find(options);
  if (options.endpoint_only) {
    print(target.endpoint + "\n");
    return base::ExitCode::ok;
  }
  return follow(target);
}

}  // namespace dtest::cli
