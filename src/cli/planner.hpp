// Puts the planned files into dispatch order, by what earlier runs took.
#pragma once
#include <string>
#include <vector>

#include "collector/collector.hpp"
#include "history/history.hpp"
#include "master/master.hpp"
#include "protocol/report.hpp"

namespace dtest::cli {

struct DispatchPlan {
  std::vector<master::PlannedItem> items;
  collector::Announcement announcement;
};

/// Reads the sizes (and, of files never timed, the text) of the planned files in `project`.
DispatchPlan make_dispatch_plan(const protocol::Plan& plan, const history::Files& history, const std::string& project,
                                std::uint32_t runners);

/// Whether a spec's text uses shared examples: such files tend to be longer than they look.
bool uses_shared_examples(std::string_view text);

}  // namespace dtest::cli
