// dtest log: what a run and its nodes printed.
#include <poll.h>

#include <algorithm>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/stored.hpp"
#include "history/log_reader.hpp"
#include "history/run_log.hpp"
#include "report/log_text.hpp"
#include "system/signals.hpp"

namespace dtest::cli {
namespace {

constexpr int kLook = 100;  // ms

// A run names its nodes when it begins.
void check_node(const std::string& node, const collector::Event& event, const std::string& run) {
  const auto* start = std::get_if<collector::RunStart>(&event);
  if (node.empty() || start == nullptr || std::count(start->nodes.begin(), start->nodes.end(), node) > 0) return;
  throw base::Error(base::ExitCode::usage, "--node: run " + run + " had no node '" + node + "'; it had " +
                                               base::join(start->nodes, ", "));
}

}  // namespace

base::ExitCode log_command(const config::StoredOptions& options) {
  const history::RunStore store = open_store(options.directory);
  const history::StoredRun& run = store.find(options.run);
  history::EventReader events(run.log());
  report::LogText log(options.node);
  system::SignalFd signals({SIGINT, SIGTERM});
  for (bool over = !options.follow;;) {
    while (auto event = events.next()) {
      check_node(options.node, event->event, store.brief(run.meta.run));
      if (const std::string text = log.take(*event); !text.empty()) print(text);
      over = over || event->last;
    }
    if (over) return base::ExitCode::ok;
    // What was written before the writer let go is read before this is believed.
    over = !history::is_being_written(run.log());
    pollfd ready{signals.fd(), POLLIN, 0};
    if (over || ::poll(&ready, 1, kLook) <= 0) continue;
    const auto signal = signals.read();
    if (signal) return signal->signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  }
}

}  // namespace dtest::cli
