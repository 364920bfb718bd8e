#include "cli/chosen_plan.hpp"

#include <csignal>
#include <iostream>
#include <string>

#include "base/error.hpp"
#include "cli/gather.hpp"
#include "cli/planner.hpp"
#include "cli/ruby_choice.hpp"
#include "cli/session_options.hpp"
#include "cli/stored.hpp"
#include "system/machine.hpp"

namespace dtest::cli {

std::optional<base::ExitCode> ask_framework(const config::RunOptions& options, const Choice& choice, Listing& listing,
                                            const Examined& examined) {
  const std::string& project = options.selection.directory;
  const RubyChoice ruby = choose_ruby(options.selection.ruby, project);
  history::History history = history::History::open(options.history ? state_home() : "", project);
  std::string part;
  auto planner = [&](const protocol::Plan& plan, base::Instant) {
    const history::Files known = history.load();
    protocol::Plan own = plan;
    own.files = shard_of(plan.files, known, project, options.wanted);
    if (own.files.size() < plan.files.size()) part = shard_text(options.wanted, own.files.size(), plan.files.size());
    return examined(own, known);
  };
  if (const int signal = gather(plan_options(options, ruby, system::host_name()), listing, planner); signal != 0)
    return signal == SIGINT ? base::ExitCode::interrupted : base::ExitCode::terminated;
  const auto tell = [](const std::string& text) {
    if (!text.empty()) std::cerr << "dtest: " << text << "\n";
  };
  for (const std::string& notice : listing.notices()) tell(notice);
  tell(ruby.doubt(listing.ruby()));
  if (listing.obstacle())
    throw base::Error(static_cast<base::ExitCode>(listing.obstacle()->code), listing.obstacle()->reason);
  for (const std::string& notice : choice.notices) tell(notice);
  tell(part);
  return std::nullopt;
}

}  // namespace dtest::cli
