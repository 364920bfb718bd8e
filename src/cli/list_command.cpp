#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/listing.hpp"
#include "cli/master_host.hpp"
#include "cli/ruby_choice.hpp"
#include "cli/session_options.hpp"
#include "cli/stop.hpp"
#include "system/clock.hpp"
#include "system/machine.hpp"
#include "system/private_dir.hpp"
#include "system/process.hpp"
#include "system/random.hpp"
#include "system/signals.hpp"

namespace dtest::cli {
namespace {

std::string as_text(const Listing& listing) {
  std::string text;
  std::size_t examples = 0;
  for (const std::string& path : listing.files()) {
    const Listing::File& file = listing.file(path);
    text += base::valid_utf8(path) + "\n";
    for (const protocol::ListedExample& example : file.examples)
      text += "  " + std::to_string(example.line) + "  " + example.name + "\n";
    if (!file.error.empty()) text += "  did not load: " + file.error + "\n";
    examples += file.examples.size();
  }
  return text + base::plural(listing.files().size(), "file") + ", " + base::plural(examples, "example") + "\n";
}

std::string as_json(const Listing& listing) {
  nlohmann::ordered_json files = nlohmann::ordered_json::array();
  for (const std::string& path : listing.files()) {
    const Listing::File& file = listing.file(path);
    nlohmann::ordered_json examples = nlohmann::ordered_json::array();
    for (const protocol::ListedExample& example : file.examples)
      examples.push_back({{"id", example.id}, {"line", example.line}, {"name", example.name}});
    nlohmann::ordered_json entry{{"path", path}, {"examples", std::move(examples)}};
    if (!file.error.empty()) entry["error"] = file.error;
    files.push_back(std::move(entry));
  }
  nlohmann::ordered_json all{{"files", std::move(files)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// Runs the listing through the same pipe as a run. Returns the signal that ended it, or 0.
int gather(const config::ListOptions& options, const RubyChoice& ruby, Listing& listing) {
  system::SystemClock clock;
  system::SignalFd signals({SIGINT, SIGTERM, SIGHUP, SIGCHLD});
  system::PrivateDir dir = system::PrivateDir::make();
  bus::Context context;
  bus::Loop loop([&] { return clock.now(); });
  base::RunId run;
  system::random_bytes(run.bytes);
  system::become_subreaper();
  MasterHost host({run, session_options(options, ruby, system::host_name()), {}, dir.path()}, context, loop, listing,
                  [](const protocol::Plan& plan, base::Instant) {
                    std::vector<master::PlannedItem> items;
                    for (const std::string& path : plan.files) items.push_back({path, {}, {}});
                    return items;
                  });
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

}  // namespace

base::ExitCode list_command(const config::ListOptions& options) {
  RubyChoice ruby = choose_ruby(options.selection.ruby, options.selection.directory);
  Listing listing;
  if (int signal = gather(options, ruby, listing); signal != 0)
    return signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  for (const std::string& notice : listing.notices()) std::cerr << "dtest: " << notice << "\n";
  if (std::string doubt = ruby.doubt(listing.ruby()); !doubt.empty()) std::cerr << "dtest: " << doubt << "\n";
  if (listing.obstacle())
    throw base::Error(static_cast<base::ExitCode>(listing.obstacle()->code), listing.obstacle()->reason);
  print(options.json ? as_json(listing) : as_text(listing));
  if (listing.files().empty()) {
    std::cerr << "dtest: no file matches\n";
    return base::ExitCode::nothing;
  }
  return listing.errors() > 0 ? base::ExitCode::failed : base::ExitCode::ok;
}

}  // namespace dtest::cli
