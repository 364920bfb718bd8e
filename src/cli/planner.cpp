#include "cli/planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "schedule/makespan.hpp"
#include "schedule/order.hpp"
#include "schedule/shard.hpp"
#include "system/files.hpp"
#include "system/machine.hpp"

namespace dtest::cli {
namespace {

constexpr std::size_t kMostText = 256 * 1024;   // of one file that is looked into
constexpr std::size_t kMostLookedInto = 5000;   // files

std::vector<schedule::File> describe(const std::vector<std::string>& paths, const history::Files& history,
                                     const std::string& project) {
  std::vector<schedule::File> files;
  std::size_t looked_into = 0;
  for (const std::string& path : paths) {
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

namespace {

// In the order of the sequence. A file may come twice: a bad example that was tried again.
DispatchPlan follow(const protocol::Plan& plan, const Choice& choice) {
  DispatchPlan result;
  for (const history::Step& step : choice.sequence) {
    if (std::find(plan.files.begin(), plan.files.end(), step.path) == plan.files.end()) continue;
    collector::Planned planned;
    planned.item = base::ItemId(static_cast<std::uint32_t>(result.items.size()));
    planned.file.path = step.path;
    planned.in_part = step.ids.has_value() || choice.filtered;
    result.announcement.items.push_back(std::move(planned));
    result.items.push_back({step.path, step.ids, std::nullopt, {}, {}});
    result.why.emplace_back("as in the run that is reproduced");
  }
  result.announcement.runners = 1;
  return result;
}

}  // namespace

namespace {

// In the order of names, each to its own runner.
void fix(std::vector<schedule::Place>& places, const std::vector<schedule::File>& files, std::size_t runners,
         std::vector<std::size_t>& owners) {
  std::vector<schedule::Weighed> weighed;
  for (const schedule::File& file : files) weighed.push_back({file.path, file.bytes});
  for (const std::uint32_t part : schedule::shards(weighed, static_cast<std::uint32_t>(runners)))
    owners.push_back(part);
  std::sort(places.begin(), places.end(), [&](const schedule::Place& a, const schedule::Place& b) {
    return files[a.index].path < files[b.index].path;
  });
}

double longest(const std::vector<schedule::Estimate>& estimates, const std::vector<std::size_t>& owners,
               std::size_t runners) {
  std::vector<double> secs(runners);
  for (std::size_t i = 0; i < estimates.size(); ++i) secs[owners[i]] += estimates[i].secs.value_or(0);
  return *std::max_element(secs.begin(), secs.end());
}

std::string reason(const Choice& choice, const schedule::File& file, const schedule::Estimate& estimate,
                   const schedule::Place& place, bool fixed) {
  const auto wanted = choice.why.find(file.path);
  return (wanted == choice.why.end() ? "" : wanted->second + "; ") +
         (fixed ? "fixed: by name and size" : schedule::reason(file, estimate, place.rank));
}

}  // namespace

DispatchPlan make_dispatch_plan(const protocol::Plan& plan, const history::Files& history, const std::string& project,
                                std::uint32_t runners, const Choice& choice,
                                const std::vector<Runner>& fixed) {
  if (!choice.sequence.empty()) return follow(plan, choice);
  std::vector<schedule::File> files = describe(plan.files, history, project);
  std::vector<schedule::Estimate> estimates = schedule::estimate(files);
  std::vector<schedule::Place> places = schedule::order(files, estimates);
  std::vector<std::size_t> owners;
  if (!fixed.empty()) fix(places, files, fixed.size(), owners);
  std::stable_partition(places.begin(), places.end(),
                        [&](const schedule::Place& place) { return choice.first.contains(files[place.index].path); });
  DispatchPlan result;
  std::vector<double> durations;
  bool all_known = !files.empty();
  for (const schedule::Place& place : places) {
    const schedule::File& file = files[place.index];
    const schedule::Estimate& estimate = estimates[place.index];
    master::PlannedItem item;
    item.path = file.path;
    if (!fixed.empty()) item.node = fixed[owners[place.index]].node, item.slot = fixed[owners[place.index]].slot;
    if (auto only = choice.examples.find(file.path); only != choice.examples.end()) item.examples = only->second;
    result.why.push_back(reason(choice, file, estimate, place, !fixed.empty()));
    collector::Planned planned;
    planned.item = base::ItemId(static_cast<std::uint32_t>(result.items.size()));
    planned.file.path = file.path;
    planned.file.fresh = !file.past;
    planned.in_part = item.examples.has_value() || choice.filtered || choice.in_part.contains(file.path);
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
  if (all_known) result.announcement.expect_secs = fixed.empty() ? schedule::makespan(durations, runners)
                                                                : longest(estimates, owners, fixed.size());
  return result;
}

std::vector<Runner> fixed_runners(const config::RunOptions& options) {
  std::vector<Runner> runners;
  if (!options.fixed) return runners;
  const std::uint32_t here = options.runners.resolve(system::cpu_count());
  for (const config::NodeSpec& node : options.nodes)
    for (std::uint32_t slot = 1; slot <= node.runners.value_or(here); ++slot)
      runners.push_back({node.name, base::Slot(slot)});
  return runners;
}

std::string shard_text(const config::Wanted& wanted, std::size_t own, std::size_t all) {
  return fmt::format("part {} of {}, even by {}: {} of {}", wanted.shard, wanted.shards,
                     wanted.shard_by_time ? "time" : "size", own, base::plural(all, "file"));
}

std::vector<std::string> shard_of(const std::vector<std::string>& files, const history::Files& history,
                                  const std::string& project, const config::Wanted& wanted) {
  if (wanted.shards == 0) return files;
  std::vector<schedule::Weighed> weighed;
  const std::vector<schedule::File> described = describe(files, wanted.shard_by_time ? history : history::Files{}, project);
  const std::vector<schedule::Estimate> estimates = schedule::estimate(described);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const double micros = estimates[i].secs.value_or(0) * 1e6;
    weighed.push_back({files[i], wanted.shard_by_time ? static_cast<std::uint64_t>(micros) : described[i].bytes});
  }
  const std::vector<std::uint32_t> parts = schedule::shards(weighed, wanted.shards);
  std::vector<std::string> own;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (parts[i] + 1 == wanted.shard) own.push_back(files[i]);
  return own;
}

}  // namespace dtest::cli
