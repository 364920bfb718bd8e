// dtest flaky: examples that passed only when they were tried again.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/stored.hpp"

namespace dtest::cli {
namespace {

using history::RunStore;

struct Flaky {
  history::Noted last;             ///< as the newest run has it
  std::string run;                 ///< the newest
  std::uint64_t times = 0;
  std::map<std::string, std::uint64_t> nodes;  ///< where it was bad first
};

// Ids move with the position in the file, names do not.
std::vector<Flaky> gather(const RunStore& store) {
  std::map<std::pair<std::string, std::string>, Flaky> all;
  for (const history::StoredRun& run : store.runs()) {
    for (const history::Noted& noted : run.meta.flaky) {
      Flaky& flaky = all[{noted.path, noted.name}];
      if (flaky.times++ == 0) flaky.last = noted, flaky.run = run.meta.run;
      ++flaky.nodes[noted.place.node];
    }
  }
  std::vector<Flaky> list;
  for (auto& [key, flaky] : all) list.push_back(std::move(flaky));
  std::stable_sort(list.begin(), list.end(), [](const Flaky& a, const Flaky& b) { return a.times > b.times; });
  return list;
}

std::string for_programs(const std::vector<Flaky>& list, std::size_t runs, std::size_t limit) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Flaky& f : list) {
    if (all.size() == limit) break;
    all.push_back({{"path", f.last.path}, {"line", f.last.line}, {"id", f.last.id}, {"name", f.last.name},
                   {"times", f.times}, {"status", collector::name(f.last.status)}, {"nodes", f.nodes}, {"run", f.run}});
  }
  const nlohmann::ordered_json json{{"runs", runs}, {"flaky", std::move(all)}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool several_nodes(const std::vector<Flaky>& list) {
  std::set<std::string> nodes;
  for (const Flaky& f : list)
    for (const auto& [node, times] : f.nodes) nodes.insert(node);
  return nodes.size() > 1;
}

std::string where(const Flaky& flaky, bool nodes, const report::Look& look) {
  if (!nodes || flaky.nodes.size() != 1 || flaky.times < 2) return {};
  return std::string(look.dot()) + "always first on " + look.clean(flaky.nodes.begin()->first);
}

std::string for_people(const std::vector<Flaky>& list, const RunStore& store, const report::Look& look,
                       std::size_t limit) {
  const bool nodes = several_nodes(list);
  std::string text;
  for (std::size_t i = 0; i < list.size() && i < limit; ++i) {
    const Flaky& f = list[i];
    std::string status(collector::name(f.last.status));
    std::replace(status.begin(), status.end(), '_', ' ');
    text += look.path(f.last.path, f.last.line, look.width) + "\n";
    text += "        " + look.cut(look.clean(f.last.name), look.width > 18 ? look.width - 8 : 10) + "\n";
    text += fmt::format("        flaky in {} of {}{}first {}, run {}{}\n", f.times,
                        base::plural(store.runs().size(), "run"), look.dot(), status, store.brief(f.run),
                        where(f, nodes, look));
  }
  if (list.size() > limit) text += fmt::format("{} {} more, --limit shows them\n", look.more(), list.size() - limit);
  return text;
}

}  // namespace

base::ExitCode flaky_command(const config::StoredOptions& options) {
  const RunStore store = open_store(options.directory);
  const std::vector<Flaky> list = gather(store);
  if (options.json) print(for_programs(list, store.runs().size(), options.limit));
  else if (!list.empty()) print(for_people(list, store, look_of_output(options.color), options.limit));
  else if (store.runs().empty()) print("no run of this project is stored\n");
  else print(fmt::format("nothing was flaky in {} (--retries N tries bad examples again)\n",
                         base::plural(store.runs().size(), "stored run")));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
