#include "cli/gather.hpp"

#include <csignal>
#include <utility>

#include "base/error.hpp"
#include "system/clock.hpp"
#include "system/private_dir.hpp"
#include "system/process.hpp"
#include "system/random.hpp"
#include "system/signals.hpp"

namespace dtest::cli {

int gather(protocol::SessionOptions options, Listing& listing, Planner planner) {
  system::SystemClock clock;
  system::SignalFd signals({SIGINT, SIGTERM, SIGHUP, SIGCHLD});
  system::PrivateDir dir = system::PrivateDir::make();
  bus::Context context;
  bus::Loop loop([&] { return clock.now(); });
  base::RunId run;
  system::random_bytes(run.bytes);
  system::become_subreaper();
  MasterHost host({run, std::move(options), {}, dir.path()}, context, loop, listing, std::move(planner));
  int ended_by = 0;
  auto watch = loop.watch_fd(signals.fd(), [&] {
    auto signal = signals.read();
    if (!signal) return false;
    if (signal->signal != SIGCHLD) {
      ended_by = signal->signal;
      host.kill();
    }
    return true;
  });
  bool stopping = false;
  loop.run([&] { return host.next_deadline(); },
           [&](base::Instant now) {
             host.after_turn(now);
             if (host.finished() && !std::exchange(stopping, stopping || host.finished())) host.stop();
             if (stopping && host.stopped()) loop.stop();
           });
  if (!host.lost_reason().empty() && !listing.obstacle() && listing.files().empty() && ended_by == 0)
    throw base::Error(base::ExitCode::no_node, host.lost_reason());
  return ended_by;
}

}  // namespace dtest::cli
