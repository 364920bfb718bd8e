#include "cli/choice.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/changes.hpp"
#include "cli/failure_name.hpp"
#include "cli/stored.hpp"
#include "config/invocation.hpp"
#include "config/manner.hpp"
#include "history/last_verdicts.hpp"
#include "system/files.hpp"

namespace dtest::cli {
namespace {

using history::Again;
using history::Outstanding;
using history::RunStore;
using history::StoredRun;

constexpr std::size_t kMostList = 64U << 20U;  // bytes of a list of files

[[noreturn]] void misuse(const std::string& text) { throw base::Error(base::ExitCode::usage, text); }

// Microseconds since 1970 when the file was last written; 0: it is not there.
std::int64_t written(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return 0;
  return std::int64_t{info.st_mtim.tv_sec} * 1'000'000 + info.st_mtim.tv_nsec / 1000;
}

// "spec/models" holds "spec/models/order_spec.rb".
bool lies_in(const std::string& path, const std::string& place) {
  std::string plain = place.starts_with("./") ? place.substr(2) : place;
  while (plain.ends_with('/')) plain.pop_back();
  return plain.empty() || plain == "." || path == plain || path.starts_with(plain + "/");
}

bool is_wanted(const std::string& path, const std::vector<std::string>& places) {
  return places.empty() ||
         std::any_of(places.begin(), places.end(), [&](const std::string& place) { return lies_in(path, place); });
}

struct Tally {
  std::vector<std::string> paths;
  std::vector<std::string> gone, edited;
};

// Ids of examples hold as long as the file is what it was; what was written since runs whole.
Tally take(const Outstanding& outstanding, const config::Selection& selection, const std::string& why, Choice& choice) {
  Tally tally;
  for (const Again& file : outstanding.files) {
    if (!is_wanted(file.path, selection.paths)) continue;
    const std::int64_t at = written(selection.directory + "/" + file.path);
    if (at == 0) {
      tally.gone.push_back(file.path);
      continue;
    }
    tally.paths.push_back(file.path);
    choice.why[file.path] = why;
    if (file.ids.empty()) continue;
    if (at >= file.since_us) tally.edited.push_back(file.path);
    else choice.examples[file.path] = file.ids;
  }
  return tally;
}

std::string few(const std::vector<std::string>& paths) {
  constexpr std::size_t kShown = 5;
  const std::vector<std::string> shown(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(
                                                                          std::min(paths.size(), kShown)));
  return base::join(shown, ", ") + (paths.size() > kShown ? fmt::format(" and {} more", paths.size() - kShown) : "");
}

void tell(const Tally& tally, Choice& choice) {
  if (!tally.edited.empty())
    choice.notices.push_back(fmt::format("{} {} written since, and {} whole: {}", base::plural(tally.edited.size(), "file"),
                                         tally.edited.size() == 1 ? "was" : "were",
                                         tally.edited.size() == 1 ? "runs" : "run", few(tally.edited)));
  if (!tally.gone.empty())
    choice.notices.push_back(fmt::format("no longer there: {}", few(tally.gone)));
}

std::string examples_of(const Choice& choice, const Tally& tally) {
  std::size_t examples = 0;
  std::size_t whole = 0;
  for (const std::string& path : tally.paths) {
    const auto chosen = choice.examples.find(path);
    if (chosen == choice.examples.end()) ++whole;
    else examples += chosen->second.size();
  }
  std::vector<std::string> parts;
  if (examples > 0) parts.push_back(base::plural(examples, "example"));
  if (whole > 0) parts.push_back(base::plural(whole, examples > 0 ? "whole file" : "file"));
  return base::join(parts, " and ");
}

void choose_failed(config::RunOptions& options, Choice& choice) {
  const RunStore store = open_store(options.selection.directory);
  (void)store.find("latest");
  const Outstanding bad = history::still_bad(store);
  const bool in_part = !options.selection.paths.empty();
  const Tally tally = take(bad, options.selection, "was bad when it was last run", choice);
  choice.narrowed = true;
  tell(tally, choice);
  if (tally.paths.empty()) {
    choice.nothing = in_part ? "nothing is bad there since it was last run" : "nothing is bad since it was last run";
    choice.nothing += fmt::format(" ({} looked at)", base::plural(bad.runs, "stored run"));
    if (bad.outside) choice.nothing += "; but the last run had an error outside the examples: dtest show";
    return;
  }
  choice.notices.insert(choice.notices.begin(), fmt::format("runs what was bad: {}", examples_of(choice, tally)));
  options.selection.paths = tally.paths;
}

void choose_first(const config::RunOptions& options, Choice& choice) {
  const RunStore store = open_store(options.selection.directory);
  if (store.runs().empty()) return;
  for (const Again& file : history::still_bad(store).files) {
    choice.first.insert(file.path);
    choice.why[file.path] = "was bad when it was last run: first";
  }
}

// The options of a stored run, read again from its command; what a file said that is not here any more is not known.
std::optional<config::RunOptions> options_of(const StoredRun& run, const std::string& directory) {
  const auto& argv = run.meta.start.argv;
  config::Surroundings around = config::surroundings();
  around.directory = directory;
  around.in_project = true;
  try {
    config::DtestAsked asked = config::read_dtest({argv.begin() + (argv.empty() ? 0 : 1), argv.end()}, around);
    if (auto* before = std::get_if<config::RunOptions>(&asked.options)) return std::move(*before);
  } catch (const base::Error&) {
  }
  return std::nullopt;
}

// What went to the framework in that command.
std::vector<std::string> framework_args(const std::optional<config::RunOptions>& before,
                                        const std::vector<std::string>& argv) {
  if (before) return before->selection.framework_args;
  const auto dashes = std::find(argv.begin(), argv.end(), "--");
  return dashes == argv.end() ? std::vector<std::string>() : std::vector<std::string>(dashes + 1, argv.end());
}

void choose_rest(config::RunOptions& options, Choice& choice) {
  const RunStore store = open_store(options.selection.directory);
  const StoredRun& run = store.find(options.wanted.resume);
  const std::string brief = store.brief(run.meta.run);
  if (run.live) misuse(fmt::format("run {} goes on: 'dtest events {}' follows it", brief, brief));
  const Outstanding rest = history::not_run(run);
  if (!rest.planned)
    misuse(fmt::format("run {} ended before it knew what to run ('dtest show {}'): there is nothing to resume, so run "
                       "all of it", brief, brief));
  const Tally tally = take(rest, options.selection, "was not run in " + brief, choice);
  choice.narrowed = true;
  tell(tally, choice);
  if (tally.paths.empty()) {
    choice.nothing = fmt::format("run {} has left nothing: every file has its verdict", brief);
    return;
  }
  options.selection.paths = tally.paths;
  if (options.selection.framework_args.empty())
    options.selection.framework_args =
        framework_args(options_of(run, options.selection.directory), run.meta.start.argv);
  if (!options.seed) options.seed = run.meta.seed;
  const std::string counts = counts_text(run.meta.counts);
  choice.notices.insert(choice.notices.begin(),
                        fmt::format("resumes {}: {} of {}; its own verdicts stay there{}", brief,
                                    examples_of(choice, tally), base::plural(run.meta.files, "file"),
                                    counts.empty() ? "" : ": " + counts));
}

void choose_changed(config::RunOptions& options, Choice& choice) {
  const Changes changes = changed_tests(options.selection.directory, options.wanted.changed);
  choice.narrowed = true;
  if (changes.files.empty()) {
    choice.nothing = "nothing changed since " + options.wanted.changed;
    return;
  }
  if (!changes.everything.empty()) {
    choice.narrowed = false;
    choice.notices.push_back(fmt::format("{} changed, on which all tests depend: everything runs", changes.everything));
    return;
  }
  if (!changes.unknown.empty())
    choice.notices.push_back("no test is known by name for what changed in " + few(changes.unknown));
  std::vector<std::string> paths;
  for (const auto& [test, cause] : changes.tests) {
    if (!is_wanted(test, options.selection.paths)) continue;
    paths.push_back(test);
    choice.why[test] = cause == test ? "changed" : "for " + cause;
  }
  if (paths.empty()) choice.nothing = "no test is known for what changed: " + few(changes.files);
  else options.selection.paths = std::move(paths);
}

// The options of the run itself, as far as they change what a test meets.
void be_as(config::RunOptions& options, const StoredRun& run) {
  const std::string directory = options.selection.directory;
  const auto before = options_of(run, directory);
  if (!before) {
    options.selection.framework_args = framework_args(before, run.meta.start.argv);
    return;
  }
  options.selection = before->selection;
  options.selection.directory = directory;
  options.manner = config::moved(before->manner, options.manner);
  options.after_dashes = before->after_dashes;
  options.preload = before->preload;
  options.hooks = before->hooks;
  options.timeout = before->timeout;
  options.share_database = before->share_database;
  options.first_is_empty = before->first_is_empty;
  options.tmpdir = before->tmpdir;
}

// Of the files before the failing one those that are wanted.
void narrow(const config::Wanted& wanted, std::vector<history::Step>& steps) {
  const std::string own = steps.back().path;
  for (const std::string& file : wanted.after)
    if (std::none_of(steps.begin(), steps.end(), [&](const history::Step& step) { return step.path == file; }))
      misuse(fmt::format("--after: {} did not run before that failure; 'dtest plan --reproduce {}' shows what did", file,
                         wanted.reproduce));
  if (!wanted.alone && wanted.after.empty()) return;
  std::erase_if(steps, [&](const history::Step& step) {
    return step.path != own && std::find(wanted.after.begin(), wanted.after.end(), step.path) == wanted.after.end();
  });
}

// The node on which it was, with one runner; this machine, where that node is none of this run's.
std::vector<config::NodeSpec> only_node(const std::vector<config::NodeSpec>& nodes, const std::string& name) {
  config::NodeSpec spec;
  spec.name = config::kLocal;
  for (const config::NodeSpec& node : nodes)
    if (node.name == name) spec = node;
  spec.runners = 1;
  return {spec};
}

void choose_sequence(config::RunOptions& options, Choice& choice) {
  const config::Wanted wanted = options.wanted;
  const FailureName name = read_failure_name(wanted.reproduce);
  const RunStore store = open_store(options.selection.directory);
  const StoredRun& run = store.find(name.run);
  const std::string brief = store.brief(run.meta.run);
  history::Sequence sequence = history::sequence_before(run, name.number);
  if (sequence.steps.empty()) throw no_such_failure(run, brief, name.number);
  narrow(wanted, sequence.steps);
  be_as(options, run);
  options.seed = run.meta.seed ? run.meta.seed : options.seed;
  options.runners = {config::Runners::Kind::count, 1};
  options.nodes = only_node(options.nodes, sequence.place.node);
  options.fail_fast = 0;
  options.retries = 0;
  options.crash_retries = 0;
  options.fixed = false;
  choice.narrowed = true;
  const std::uint32_t runner = wanted.as_runner > 0 ? wanted.as_runner : sequence.place.runner;
  choice.number_offset = runner - 1;
  choice.told_runners = std::max(run.meta.runners, runner);
  choice.notices.push_back(fmt::format("as runner {}{} of {} did: {} up to {}{}", runner,
                                       sequence.place.node == "local" ? "" : " on " + sequence.place.node, brief,
                                       base::plural(sequence.steps.size(), "file"), sequence.steps.back().path,
                                       run.meta.seed ? fmt::format(", seed {}", *run.meta.seed) : ""));
  options.selection.paths.clear();
  for (const history::Step& step : sequence.steps)
    if (std::find(options.selection.paths.begin(), options.selection.paths.end(), step.path) ==
        options.selection.paths.end())
      options.selection.paths.push_back(step.path);
  choice.sequence = std::move(sequence.steps);
}

std::string read_list(const std::string& path) {
  if (path == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  if (auto text = system::read_file(path, kMostList)) return *text;
  misuse(fmt::format("--files-from: {} cannot be read", path));
}

void add_listed(config::RunOptions& options, Choice& choice) {
  const std::string text = read_list(options.wanted.files_from);
  const char separator = text.find('\0') != std::string::npos ? '\0' : '\n';
  std::size_t added = 0;
  for (std::string& line : base::split(text, separator)) {
    const std::string path(base::trim(line));
    if (path.empty()) continue;
    options.selection.paths.push_back(path);
    ++added;
  }
  choice.narrowed = true;
  if (added == 0) choice.nothing = "the list of files is empty";
}

// "./spec/a_spec.rb[1:2]" names a part of spec/a_spec.rb; -e, -E and --tag leave a part of any file.
void note_parts(const config::Selection& selection, Choice& choice) {
  const auto& args = selection.framework_args;
  choice.filtered = std::any_of(args.begin(), args.end(), [](const std::string& arg) {
    return arg.starts_with("--example") || arg.starts_with("--tag") || arg.starts_with("-e") || arg.starts_with("-E") ||
           arg.starts_with("-t");
  });
  for (const std::string& name : selection.paths) {
    const std::size_t ids = name.find('[');
    if (ids == std::string::npos || !name.ends_with(']')) continue;
    const auto whole = std::filesystem::path(selection.directory) / name.substr(0, ids);
    choice.in_part.insert(whole.lexically_normal().lexically_relative(selection.directory).string());
  }
}

}  // namespace

Choice choose_tests(config::RunOptions& options) {
  Choice choice;
  if (!options.wanted.files_from.empty()) add_listed(options, choice);
  if (options.wanted.failed) choose_failed(options, choice);
  if (options.wanted.failed_first) choose_first(options, choice);
  if (!options.wanted.resume.empty()) choose_rest(options, choice);
  if (!options.wanted.changed.empty()) choose_changed(options, choice);
  if (!options.wanted.reproduce.empty()) choose_sequence(options, choice);
  if (options.wanted.shards > 0) choice.narrowed = true;
  note_parts(options.selection, choice);
  return choice;
}

}  // namespace dtest::cli
