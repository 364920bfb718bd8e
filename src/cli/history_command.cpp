// dtest history: the stored runs of a project, a line each.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/stored.hpp"

namespace dtest::cli {
namespace {

using history::RunStore;
using history::StoredRun;

std::string for_programs(const RunStore& store, std::size_t limit) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const StoredRun& run : store.runs()) {
    if (runs.size() == limit) break;
    runs.push_back(nlohmann::ordered_json::parse(history::to_json(run.meta)));
    runs.back()["live"] = run.live;
    runs.back()["events"] = run.log();
  }
  const nlohmann::ordered_json all{{"runs", std::move(runs)}};
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string command_line(const StoredRun& run) {
  return base::shell_line(run.meta.start.argv);
}

report::Colour colour_of(const StoredRun& run) {
  if (!run.meta.ended()) return report::Colour::yellow;
  return run.meta.exit_code == 0 ? report::Colour::green : report::Colour::red;
}

std::string row(const StoredRun& run, const RunStore& store, const report::Look& look, std::size_t id) {
  const std::string secs = run.meta.ended() ? base::show_secs(run.meta.secs) : "";
  std::string text = fmt::format("{}  {}  ", report::pad(store.brief(run.meta.run), id), show_date(run.meta.started_us));
  text += look.palette(colour_of(run), report::pad(verdict_word(run), 10)) + "  ";
  text += report::pad_left(secs, 7) + "  ";
  std::string rest = counts_text(run.meta.counts);
  rest += (rest.empty() ? "" : std::string(look.dot())) + command_line(run);
  const std::size_t used = base::columns(text);
  return text + look.cut(look.clean(rest), look.width > used + 10 ? look.width - used : 10) + "\n";
}

std::string for_people(const RunStore& store, const report::Look& look, std::size_t limit) {
  std::size_t id = 0;
  for (const StoredRun& run : store.runs()) id = std::max(id, store.brief(run.meta.run).size());
  std::string text;
  std::size_t shown = 0;
  for (const StoredRun& run : store.runs()) {
    if (shown++ == limit) break;
    text += row(run, store, look, id);
  }
  if (store.runs().size() > limit)
    text += fmt::format("{} {} older, --limit shows more\n", look.more(), store.runs().size() - limit);
  return text;
}

}  // namespace

base::ExitCode history_command(const config::StoredOptions& options) {
  const RunStore store = open_store(options.directory);
  if (options.json) print(for_programs(store, options.limit));
  else if (store.runs().empty()) print("no run of this project is stored\n");
  else print(for_people(store, look_of_output(options.color), options.limit));
  return base::ExitCode::ok;
}

}  // namespace dtest::cli
