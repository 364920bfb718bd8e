#include "config/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "bus/endpoint.hpp"
#include "config/endpoint.hpp"
#include "config/framework_args.hpp"
#include "config/key_place.hpp"
#include "config/manner.hpp"
#include "config/reader.hpp"

namespace dtest::config {
namespace {

using base::Error;
using base::ExitCode;

[[noreturn]] void misuse(const std::string& text) { throw Error(ExitCode::usage, text); }

constexpr base::Duration kPatience = std::chrono::minutes(1);  // for --min-runners

std::string within(const std::string& directory, const std::string& path) {
  if (path.empty()) return path;
  return (std::filesystem::path(directory) / path).lexically_normal().string();
}

Selection fill_selection(const Settings& settings, const Flags& flags, const std::string& directory) {
  Reader read(settings);
  check_framework_args(flags.after_dashes);
  Selection selection;
  selection.directory = directory;
  selection.paths = flags.positionals;
  selection.patterns = read.list("pattern");
  selection.excludes = read.list("exclude");
  selection.includes = read.list("include");
  selection.requires_ = read.list("require");
  selection.framework_args = framework_args(read.list("example"), read.list("tag"), flags.after_dashes);
  selection.ruby = parse_words(read.text("ruby")).value_or(std::vector<std::string>());
  selection.boot = parse_words(read.text("boot")).value_or(std::vector<std::string>());
  if (!selection.boot.empty()) selection.ruby = selection.boot;
  selection.framework = read.text("framework");
  selection.bundler = read.text("bundler");
  return selection;
}

// One of the hooks that a flag or a file names.
NamedHook named_hook(const Settings& settings, std::string_view option, const std::string& directory) {
  const Setting* setting = settings.find(option);
  if (setting == nullptr) return {};
  return {within(directory, setting->values.front()), setting->origin.text()};
}

Hooks fill_hooks(const Settings& settings, const std::string& directory) {
  Hooks hooks;
  hooks.wanted = Reader(settings).flag("no-hooks");
  hooks.node_setup = named_hook(settings, "node-setup", directory);
  hooks.runner_setup = named_hook(settings, "runner-setup", directory);
  hooks.after_fork = named_hook(settings, "after-fork", directory);
  return hooks;
}

// What configuration files leave out is no part of the project.
bool is_whole(const Settings& settings, const Selection& selection) {
  auto chosen = [&](std::string_view name) {
    const Setting* setting = settings.find(name);
    return setting != nullptr && setting->origin.kind != Origin::Kind::file;
  };
  return selection.paths.empty() && selection.framework_args.empty() && !chosen("pattern") && !chosen("exclude");
}

// Running one failure again does not write over the reports of the run, unless that is what is asked for.
ReportFiles fill_files(const Settings& settings, const std::string& directory, bool only_flags) {
  auto file = [&](std::string_view option) {
    const Setting* setting = settings.find(option);
    if (only_flags && setting != nullptr && setting->origin.kind != Origin::Kind::flag) return std::string();
    std::string path = Reader(settings).text(option);
    return path == "-" ? path : within(directory, path);
  };
  return {file("junit"), file("json-report"), file("html"), file("tap"), file("trace")};
}

std::size_t count_files(const ReportFiles& files, bool only_output) {
  std::size_t count = 0;
  for (const std::string* path : {&files.junit, &files.json, &files.html, &files.tap, &files.trace})
    if (only_output ? *path == "-" : !path->empty()) ++count;
  return count;
}

Format format_of(const std::string& text) {
  if (text == "files") return Format::files;
  return text == "quiet" ? Format::quiet : Format::progress;
}

void check_run(const RunOptions& run) {
  const auto& args = run.selection.framework_args;
  bool seed_there = std::any_of(args.begin(), args.end(), [](const auto& a) { return a.starts_with("--seed"); });
  if (run.seed && seed_there) misuse("the seed is given twice, as --seed and after '--'; keep the first");
  if (run.json && !run.dry_run) misuse("--json goes with --dry-run; --events FILE writes every event of a run");
  if (count_files(run.reports, true) > 0)
    misuse("standard output is the screen's; a report of a run in progress needs a file");
  if (run.events.ends_with("/-")) misuse("--events needs a file; 'dtest events' prints the events of a run");
}

void check_no_arguments(const Flags& flags, std::string_view program) {
  if (flags.positionals.empty() && flags.after_dashes.empty()) return;
  const std::string& first = flags.positionals.empty() ? flags.after_dashes.front() : flags.positionals.front();
  misuse(fmt::format("'{}': {} takes no arguments; see '{} --help'", first, program, program));
}

void check_node_name(const Setting& name) {
  constexpr std::size_t kLongest = 64;
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  const std::string& text = name.values.front();
  if (text.size() <= kLongest && text.find_first_not_of(kLetters) == std::string::npos) return;
  throw Error(name.origin.code(), fmt::format("{}: '{}' is no name of a node; use letters, digits, '.', '-' and '_', "
                                              "at most {}",
                                              name.origin.text(), text, kLongest));
}

// Where the daemon listens: its flags, else its file, else the user's runtime directory. On TCP the result channel is
// at the next port unless it is told otherwise.
void fill_endpoints(DaemonOptions& daemon, const Reader& read, const std::string& runtime_directory) {
  daemon.listen = read.text("listen");
  daemon.results_listen = read.text("results-listen");
  if (daemon.results_listen.empty() && daemon.listen.starts_with("tcp://"))
    daemon.results_listen = bus::Endpoint::parse_any(daemon.listen).of_results().text();
  daemon.tcp = daemon.listen.starts_with("tcp://") || daemon.results_listen.starts_with("tcp://");
  if (daemon.listen.empty() != daemon.results_listen.empty()) {
    misuse(fmt::format("--listen and --results-listen go together; {} is missing",
                       daemon.listen.empty() ? "--listen" : "--results-listen"));
  }
  if (!daemon.listen.empty()) return;
  if (runtime_directory.empty()) {
    misuse("XDG_RUNTIME_DIR is not set, so there is no place for the sockets; give --listen and --results-listen");
  }
  daemon.listen = fmt::format("ipc://{}/distributest/work", runtime_directory);
  daemon.results_listen = fmt::format("ipc://{}/distributest/results", runtime_directory);
  check_endpoint("XDG_RUNTIME_DIR", daemon.results_listen, false);
}

}  // namespace

Color color_of(const std::string& text) {
  if (text == "always") return Color::always;
  return text == "never" ? Color::never : Color::automatic;
}

RunOptions fill_run(const Settings& settings, const Flags& flags, const std::string& directory) {
  Reader read(settings);
  RunOptions run;
  run.selection = fill_selection(settings, flags, directory);
  run.manner = manner_of(flags);
  run.after_dashes = flags.after_dashes;
  run.wanted = fill_wanted(settings, directory);
  run.dry_run = read.flag("dry-run");
  run.json = read.flag("json");
  run.runners = read.runners("runners");
  if (read.has("seed")) run.seed = static_cast<std::int64_t>(read.number("seed"));
  run.min_runners = static_cast<std::uint32_t>(read.number("min-runners"));
  run.wait = read.duration("wait");
  if (run.min_runners > 0 && !read.has("wait")) run.wait = kPatience;
  run.preload = read.text("preload");
  run.first_is_empty = read.flag("first-is-empty");
  run.tmpdir = read.flag("no-tmpdir");
  run.fail_fast = static_cast<std::uint32_t>(read.number("fail-fast"));
  if (read.flag("next-failure")) run.fail_fast = 1;
  run.timeout = read.duration("timeout");
  run.grace = read.duration("grace");
  run.hooks = fill_hooks(settings, directory);
  run.hook_timeout = read.duration("hook-timeout");
  run.exit_timeout = read.duration("exit-timeout");
  run.share_database = read.flag("share-database");
  run.fixed = read.flag("fixed");
  run.crash_retries = static_cast<std::uint32_t>(read.number("crash-retries"));
  run.breaker = static_cast<std::uint32_t>(read.number("breaker"));
  run.retries = static_cast<std::uint32_t>(read.number("retries"));
  run.retry_on = read.text("retry-on");
  run.retry_limit = static_cast<std::uint64_t>(read.number("retry-limit"));
  run.run_timeout = read.duration("run-timeout");
  run.flaky_fails = read.text("flaky") == "fail";
  run.format = format_of(read.text("format"));
  run.color = color_of(read.text("color"));
  run.slow_file = read.duration("slow-file");
  run.slow_test = read.duration("slow-test");
  run.runner_memory = read.size("runner-memory");
  run.output_cap = read.size("output-cap");
  run.events = within(directory, read.text("events"));
  run.reports = fill_files(settings, directory, !run.wanted.reproduce.empty());
  run.github = read.text("github");
  run.publish = read.text("publish");
  run.history = read.flag("no-history");
  run.keep_runs = static_cast<std::uint64_t>(read.number("keep-runs"));
  run.keep_days = static_cast<std::uint64_t>(read.number("keep-days"));
  run.keep_size = read.size("keep-size");
  run.whole = is_whole(settings, run.selection);
  run.name = read.text("name");
  if (const Setting* name = settings.find("name")) check_node_name(*name);
  run.sync_ignored = read.flag("sync-ignored");
  run.sync_includes = read.list("sync-include");
  run.sync_excludes = read.list("sync-exclude");
  run.copy = read.flag("copy");
  run.copy_excludes = read.list("copy-exclude");
  check_run(run);
  return run;
}

DebugOptions fill_debug(const Settings& settings, const Flags& flags, const std::string& directory) {
  Reader read(settings);
  if (flags.positionals.size() != 1)
    misuse("dtest debug takes one PATH:LINE, as in 'dtest debug spec/order_spec.rb:42'");
  DebugOptions debug;
  debug.selection = fill_selection(settings, flags, directory);
  if (read.has("seed")) debug.seed = static_cast<std::int64_t>(read.number("seed"));
  debug.first_is_empty = read.flag("first-is-empty");
  debug.tmpdir = read.flag("no-tmpdir");
  debug.hooks = fill_hooks(settings, directory);
  return debug;
}

ListOptions fill_list(const Settings& settings, const Flags& flags, const std::string& directory) {
  Reader read(settings);
  return {fill_selection(settings, flags, directory), fill_wanted(settings, directory), read.flag("json")};
}

EventsOptions fill_events(const Settings& settings, const Flags& flags, const std::string& directory) {
  if (flags.positionals.size() + flags.after_dashes.size() > 1) {
    misuse("dtest events takes one run or one endpoint; see 'dtest events --help'");
  }
  EventsOptions events;
  if (!flags.positionals.empty()) events.target = flags.positionals.front();
  if (!flags.after_dashes.empty()) events.target = flags.after_dashes.front();
  if (events.target.find("://") != std::string::npos) check_endpoint("dtest events", events.target, false, true);
  Reader read(settings);
  events.directory = directory;
  events.from = static_cast<std::uint64_t>(read.number("from"));
  events.kinds = read.list("kind");
  events.follow = read.flag("follow");
  events.schema = read.flag("schema");
  events.endpoint_only = read.flag("endpoint");
  events.verify = read.text("verify");
  events.json = read.flag("json");
  events.key_file = within(directory, read.text("key-file"));
  events.publisher_key = within(directory, read.text("publisher-key"));
  if (!events.verify.empty() && (!events.target.empty() || events.endpoint_only))
    misuse("--verify checks a file, without a run or an endpoint; see 'dtest events --help'");
  if (events.verify.empty() && events.json) misuse("the events are JSON as they are; --json goes with --verify");
  return events;
}

ReportOptions fill_report(const Settings& settings, const Flags& flags, const std::string& directory) {
  std::vector<std::string> named = flags.positionals;
  named.insert(named.end(), flags.after_dashes.begin(), flags.after_dashes.end());
  if (named.size() > 1)
    misuse("dtest report takes one run, or one file that --events wrote; see 'dtest report --help'");
  ReportOptions report;
  if (!named.empty()) report.source = named.front();
  report.directory = directory;
  report.files = fill_files(settings, directory, false);
  if (count_files(report.files, false) == 0)
    misuse("which report? --junit FILE, --json-report FILE, --html FILE, --tap FILE or --trace FILE; "
           "'-' is standard output");
  if (count_files(report.files, true) > 1) misuse("only one report can go to standard output");
  return report;
}

KeygenOptions fill_keygen(const Settings& settings, const Flags& flags, const std::string& user_directory) {
  check_no_arguments(flags, program(Command::keygen));
  if (user_directory.empty())
    throw Error(ExitCode::config, "neither XDG_CONFIG_HOME nor HOME is set, so there is no place for a key");
  Reader read(settings);
  const bool node = read.flag("node");
  return {user_directory + (node ? kNodeKey : kOwnKey), node ? user_directory + kAllowed : "", read.flag("json")};
}

BisectOptions fill_bisect(const Settings& settings, const Flags& flags, const std::string& directory) {
  std::vector<std::string> words = flags.positionals;
  words.insert(words.end(), flags.after_dashes.begin(), flags.after_dashes.end());
  if (words.size() != 1) misuse("dtest bisect takes one failure, RUN:N, as in latest:1; see 'dtest bisect --help'");
  Reader read(settings);
  return {directory, words.front(), read.runners("runners"), read.flag("json")};
}

CompletionOptions fill_completion(const Flags& flags) {
  if (flags.positionals.size() == 1) {
    if (flags.positionals[0] == "bash") return {Shell::bash};
    if (flags.positionals[0] == "zsh") return {Shell::zsh};
    if (flags.positionals[0] == "fish") return {Shell::fish};
  }
  misuse("which shell? dtest completion bash, dtest completion zsh or dtest completion fish");
}

VersionOptions fill_version(const Settings& settings, const Flags& flags) {
  check_no_arguments(flags, program(Command::version));
  return {Reader(settings).flag("json")};
}

DaemonOptions fill_daemon(const Settings& settings, const Flags& flags, const std::string& directory,
                          const std::string& runtime_directory, const std::string& user_directory) {
  check_no_arguments(flags, program(Command::daemon));
  Reader read(settings);
  DaemonOptions daemon;
  daemon.embedded = within(directory, read.text("embedded"));
  if (daemon.embedded.empty()) {
    fill_endpoints(daemon, read, runtime_directory);
  } else if (read.has("listen") || read.has("results-listen")) {
    misuse("--embedded puts the sockets into its directory; --listen and --results-listen contradict it");
  }
  if (!daemon.listen.empty() && daemon.listen == daemon.results_listen) {
    misuse(fmt::format("the work pipe and the result channel cannot both be bound to {}", daemon.listen));
  }
  auto key = [&](std::string_view option, const std::string& standard) {
    if (read.has(option)) return within(directory, read.text(option));
    return user_directory.empty() ? std::string() : user_directory + standard;
  };
  daemon.key_file = key("key-file", kNodeKey);
  daemon.allow = key("allow", kAllowed);
  if (daemon.tcp && (daemon.key_file.empty() || daemon.allow.empty()))
    misuse("neither XDG_CONFIG_HOME nor HOME is set, so there is no place for keys; give --key-file and --allow");
  if (const Setting* name = settings.find("name")) check_node_name(*name);
  daemon.name = read.text("name");
  daemon.runners = read.runners("runners");
  daemon.in_place = read.flag("in-place");
  daemon.work_dir = within(directory, read.text("work-dir"));
  daemon.work_age = std::chrono::hours(24 * read.number("work-days"));
  daemon.work_size = read.size("work-size");
  daemon.log_level = read.text("log-level");
  daemon.log_json = read.text("log-format") == "json";
  daemon.check_config = read.flag("check-config");
  return daemon;
}

}  // namespace dtest::config
