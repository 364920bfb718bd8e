#include "cli/planner.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "schedule/makespan.hpp"
#include "schedule/order.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kMostText = 256 * 1024;   // of one file that is looked into
constexpr std::size_t kMostLookedInto = 5000;   // files

std::vector<schedule::File> describe(const protocol::Plan& plan, const history::Files& history,
                                     const std::string& project) {
  std::vector<schedule::File> files;
  std::size_t looked_into = 0;
  for (const std::string& path : plan.files) {
    schedule::File file;
    file.path = path;
    std::string whole = project + "/" + path;
    file.bytes = system::file_size(whole).value_or(0);
    if (auto known = history.find(path); known != history.end()) {
      file.past = known->second.past;
    } else if (looked_into++ < kMostLookedInto) {
      file.uses_shared_examples = uses_shared_examples(system::read_slice(whole, 0, kMostText));
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace

bool uses_shared_examples(std::string_view text) {
  constexpr std::array<std::string_view, 4> kUses{"it_behaves_like", "it_should_behave_like", "include_examples",
                                                  "include_context"};
  return std::any_of(kUses.begin(), kUses.end(),
                     [&](std::string_view use) { return text.find(use) != std::string_view::npos; });
}

DispatchPlan make_dispatch_plan(const protocol::Plan& plan, const history::Files& history, const std::string& project,
                                std::uint32_t runners) {
  std::vector<schedule::File> files = describe(plan, history, project);
  std::vector<schedule::Estimate> estimates = schedule::estimate(files);
  DispatchPlan result;
  std::vector<double> durations;
  bool all_known = !files.empty();
  for (const schedule::Place& place : schedule::order(files, estimates)) {
    const schedule::File& file = files[place.index];
    const schedule::Estimate& estimate = estimates[place.index];
    master::PlannedItem item;
    item.path = file.path;
    collector::Planned planned;
    planned.item = base::ItemId(static_cast<std::uint32_t>(result.items.size()));
    planned.file.path = file.path;
    planned.file.fresh = !file.past;
    if (estimate.secs) {
      item.expected = base::from_seconds(*estimate.secs);
      planned.file.expect_secs = estimate.secs;
      durations.push_back(*estimate.secs);
    }
    all_known = all_known && estimate.secs.has_value();
    result.items.push_back(std::move(item));
    result.announcement.items.push_back(std::move(planned));
  }
  result.announcement.runners = runners;
  if (all_known) result.announcement.expect_secs = schedule::makespan(durations, runners);
  return result;
}

}  // namespace dtest::cli
