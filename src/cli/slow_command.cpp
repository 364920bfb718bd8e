// dtest slow: the slowest files and examples, of all runs or of one.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/stored.hpp"
#include "history/history.hpp"

namespace dtest::cli {
namespace {

constexpr base::Duration kPatience = std::chrono::seconds(30);

struct Slow {
  std::string path, id, name;  ///< of a file: no id and no name
  std::uint32_t line = 0;      ///< 0: not known
  double secs = 0;
  std::uint32_t runs = 1;
  std::string place;           ///< of one run: where
};
struct Slowest {
  std::vector<Slow> files, examples;
};

void keep_slowest(std::vector<Slow>& list, std::size_t limit) {
  std::stable_sort(list.begin(), list.end(), [](const Slow& a, const Slow& b) {
    return a.secs != b.secs ? a.secs > b.secs : a.path < b.path;
  });
  if (list.size() > limit) list.resize(limit);
}

Slowest of_all(const config::StoredOptions& options) {
  history::History history = history::History::open(state_home(), options.directory);
  Slowest slowest;
  for (const auto& [path, file] : history.load(kPatience))
    if (file.past.runs > 0) slowest.files.push_back({path, "", "", 0, file.past.mean_secs, file.past.runs, ""});
  keep_slowest(slowest.files, options.limit);
  for (const history::SlowExample& e : history.slowest_examples(options.limit, kPatience))
    slowest.examples.push_back({e.path, e.example.id, e.example.name, 0, e.example.history.past.mean_secs,
                                e.example.history.past.runs, ""});
  if (std::string warning = history.warning(); !warning.empty()) std::cerr << "dtest: " << warning << "\n";
  return slowest;
}

// The last accepted time of each: a later event of the same file or example takes the place of an earlier one.
Slowest of_run(const history::StoredRun& run, const report::Look& look, std::size_t limit) {
  std::map<std::string, Slow> files;
  std::map<std::pair<std::string, std::string>, Slow> examples;
  history::EventReader events(run.log());
  while (auto event = events.next()) {
    if (const auto* file = std::get_if<collector::FileEnd>(&event->event))
      files[file->path] = {file->path, "", "", 0, file->secs, 1, look.place(file->place)};
    if (const auto* test = std::get_if<collector::TestEnd>(&event->event))
      examples[{test->path, test->id}] = {test->path, test->id, test->full_name, test->line, test->secs, 1,
                                          look.place(test->place)};
  }
  Slowest slowest;
  for (auto& [path, file] : files) slowest.files.push_back(std::move(file));
  for (auto& [key, example] : examples) slowest.examples.push_back(std::move(example));
  keep_slowest(slowest.files, limit);
  keep_slowest(slowest.examples, limit);
  return slowest;
}

nlohmann::ordered_json list_of(const std::vector<Slow>& list) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Slow& s : list) {
    nlohmann::ordered_json entry{{"path", s.path}};
    if (!s.id.empty()) entry["id"] = s.id, entry["name"] = s.name;
    if (s.line > 0) entry["line"] = s.line;
    entry["secs"] = s.secs;
    if (s.place.empty()) entry["runs"] = s.runs;
    all.push_back(std::move(entry));
  }
  return all;
}

std::string for_programs(const Slowest& slowest) {
  const nlohmann::ordered_json json{{"files", list_of(slowest.files)}, {"examples", list_of(slowest.examples)}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string rows(std::string_view title, const std::vector<Slow>& list, const report::Look& look) {
  std::string text = std::string(title) + "\n";
  std::size_t width = 20;
  for (const Slow& s : list) width = std::max(width, base::columns(look.path(s.path, s.line, 1000)));
  width = std::min(width, std::max<std::size_t>(20, look.width / 2));
  for (const Slow& s : list) {
    const std::string last = s.place.empty() ? (s.name.empty() ? base::plural(s.runs, "run") : s.name)
                                             : s.place + (s.name.empty() ? "" : std::string(look.dot()) + s.name);
    const std::string row = report::pad_left(base::show_secs(s.secs), 8) + "  " +
                            report::pad(look.path(s.path, s.line, width), width) + "  ";
    text += row + look.cut(look.clean(last), look.width > width + 20 ? look.width - width - 12 : 10) + "\n";
  }
  return text;
}

}  // namespace

base::ExitCode slow_command(const config::StoredOptions& options) {
  report::Look look = look_of_output(options.color);
  Slowest slowest;
  if (options.run.empty()) {
    slowest = of_all(options);
  } else {
    const history::RunStore store = open_store(options.directory);
    const history::StoredRun& run = store.find(options.run);
    look.single_node = run.meta.start.nodes.size() < 2;
    slowest = of_run(run, look, options.limit);
  }
  if (options.json) print(for_programs(slowest));
  else if (slowest.files.empty() && slowest.examples.empty()) print("no times of this project are known\n");
  else print(rows("files", slowest.files, look) + "\n" + rows("examples", slowest.examples, look));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
