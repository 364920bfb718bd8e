#include "shrink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "world.hpp"

namespace dtest::simulation {
namespace {

using Change = std::function<bool(Scenario&)>;  // false: there is nothing to change

constexpr unsigned kMostRuns = 500;

// Keeps the files for which it is told so. Their numbers change, so their names do.
bool keep_files(Scenario& s, const std::function<bool(std::size_t)>& keep) {
  std::vector<VirtualFile> files;
  std::vector<VirtualItem> items;
  for (std::size_t i = 0; i < s.files.size(); ++i) {
    if (!keep(i)) continue;
    VirtualFile file = s.files[i];
    file.path = file_path(files.size());
    for (VirtualItem item : s.items) {
      if (item.file != i) continue;
      for (std::string& id : item.examples) id = file.path + id.substr(id.find('['));
      item.file = files.size();
      items.push_back(std::move(item));
    }
    files.push_back(std::move(file));
  }
  if (files.size() == s.files.size()) return false;
  s.files = std::move(files);
  s.items = std::move(items);
  return true;
}

template <class T>
bool even_out(std::vector<T>& values, T to) {
  const bool odd = std::any_of(values.begin(), values.end(), [&](T value) { return value != to; });
  std::fill(values.begin(), values.end(), to);
  return odd;
}

template <class T>
Change lower(T Scenario::*field, T to) {
  return [field, to](Scenario& s) {
    if (s.*field <= to) return false;
    s.*field = to;
    return true;
  };
}

template <class T>
Change halve(T Scenario::*field) {
  return [field](Scenario& s) {
    if (s.*field <= 1) return false;
    s.*field /= 2;
    return true;
  };
}

std::vector<Change> changes() {
  std::vector<Change> all{
      lower(&Scenario::nodes, 1U),
      halve(&Scenario::nodes),
      lower(&Scenario::runners, 1U),
      halve(&Scenario::runners),
      [](Scenario& s) { return keep_files(s, [&](std::size_t i) { return i < s.files.size() / 2; }); },
      [](Scenario& s) { return keep_files(s, [&](std::size_t i) { return i >= s.files.size() / 2; }); },
      [](Scenario& s) { return keep_files(s, [](std::size_t i) { return i % 2 == 0; }); },
      lower(&Scenario::bad_network, false),
      lower(&Scenario::whole_in_runners, false),
      lower(&Scenario::load_in_boot, false),
      lower(&Scenario::prefetch, std::uint64_t{0}),
      lower(&Scenario::crash_retries, 0U),
      lower(&Scenario::retries, 0U),
      lower(&Scenario::workspace, false),
      lower(&Scenario::node_setup, false),
      lower(&Scenario::runner_setup, false),
      lower(&Scenario::databases, 0U),
      lower(&Scenario::most_examples, std::uint64_t{0}),
      lower(&Scenario::most_files, std::uint64_t{0})};
  for (const Chance& chance : chances()) all.push_back(lower(chance.field, 0.0));
  all.push_back([](Scenario& s) { return even_out(s.drift, std::int64_t{0}); });
  all.push_back([](Scenario& s) { return even_out(s.slow, 1U); });
  all.push_back([](Scenario& s) {
    bool changed = false;
    for (VirtualFile& file : s.files) {
      if (file.nature == VirtualFile::Nature::red || file.nature == VirtualFile::Nature::vanishes) continue;  // the names of its examples say so
      changed = std::exchange(file.nature, VirtualFile::Nature::good) != VirtualFile::Nature::good || changed;
    }
    return changed;
  });
  return all;
}

}  // namespace

Shrunk shrink(std::uint64_t seed, Planted planted) {
  World first(seed, planted, false);
  Shrunk best{first.scenario(), first.run().violation, 1};
  for (bool smaller = true; smaller && best.runs < kMostRuns;) {
    smaller = false;
    for (const Change& change : changes()) {
      Scenario tried = best.scenario;
      if (!change(tried)) continue;
      ++best.runs;
      std::string violation = World(seed, tried, planted, false).run().violation;
      if (violation.empty()) continue;
      best.scenario = std::move(tried);
      best.violation = std::move(violation);
      smaller = true;
    }
  }
  return best;
}

std::string describe(const Scenario& s) {
  std::string text = fmt::format(
      "{} nodes of {} runners, {} files in {} items, examples up to {:.3f} s, frames up to {:.3f} s\n",
      s.nodes, s.runners, s.files.size(), s.items.size(), base::seconds(s.example_most),
      base::seconds(s.delay_most));
  text += fmt::format("prefetch {}, outbox {}, crash retries {}, time limit {:.1f} s{}{}\n", s.prefetch,
                      s.outbox_reports, s.crash_retries, base::seconds(s.timeout), s.bad_network ? ", bad network" : "",
                      s.whole_in_runners ? ", runners load everything" : "");
  for (const Chance& chance : chances())
    if (s.*chance.field > 0) text += fmt::format("{} {:.3f}; ", chance.name, s.*chance.field);
  const auto odd = std::count_if(s.files.begin(), s.files.end(),
                                 [](const VirtualFile& f) { return f.nature != VirtualFile::Nature::good; });
  return text + fmt::format("{} files that are bad by nature\n", odd);
}

}  // namespace dtest::simulation
