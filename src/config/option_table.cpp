#include <algorithm>
#include <array>
#include <iterator>

#include "config/option.hpp"

namespace dtest::config {
namespace {

constexpr unsigned kNodes = static_cast<unsigned>(Command::nodes);
constexpr unsigned kKeygen = static_cast<unsigned>(Command::keygen);
constexpr unsigned kRun = static_cast<unsigned>(Command::run);
constexpr unsigned kList = static_cast<unsigned>(Command::list);
constexpr unsigned kEvents = static_cast<unsigned>(Command::events);
constexpr unsigned kVersion = static_cast<unsigned>(Command::version);
constexpr unsigned kDaemon = static_cast<unsigned>(Command::daemon);
constexpr unsigned kHelp = static_cast<unsigned>(Command::help);
constexpr unsigned kDebug = static_cast<unsigned>(Command::debug);
constexpr unsigned kShow = static_cast<unsigned>(Command::show);
constexpr unsigned kLists = static_cast<unsigned>(Command::history) | static_cast<unsigned>(Command::slow) |
                            static_cast<unsigned>(Command::flaky);
constexpr unsigned kStored = kShow | kLists;
constexpr unsigned kLog = static_cast<unsigned>(Command::log);
constexpr unsigned kReport = static_cast<unsigned>(Command::report);
constexpr unsigned kBisect = static_cast<unsigned>(Command::bisect);
constexpr unsigned kCompletion = static_cast<unsigned>(Command::completion);
constexpr unsigned kBoth = kRun | kList;
constexpr unsigned kWrites = kRun | kReport;
constexpr unsigned kTests = kBoth | kDebug;
constexpr unsigned kHooks = kRun | kDebug;
constexpr unsigned kAll =
    kRun | kList | kDebug | kEvents | kReport | kVersion | kHelp | kDaemon | kStored | kBisect | kCompletion | kLog;
constexpr double kDay = 86400;
constexpr double kMega = 1024.0 * 1024;
constexpr double kTera = kMega * kMega;

// name, letter, kind, value, repeatable, alone, key, environment, standard, help, group, commands, least, most
constexpr std::array kTable{
    Option{"pattern", 0, Kind::text, "GLOB", true, "", "project.pattern", "", "",
           "files to look for instead of the framework's own", Group::select, kBoth, 0, 0},
    Option{"exclude", 0, Kind::text, "GLOB", true, "", "project.exclude", "", "", "leave these files out",
           Group::select, kBoth, 0, 0},
    Option{"include", 'I', Kind::text, "DIR", true, "", "project.include", "", "", "add DIR to Ruby's load path",
           Group::select, kTests, 0, 0},
    Option{"require", 'r', Kind::text, "LIB", true, "", "project.require", "", "", "require LIB before the test files",
           Group::select, kTests, 0, 0},
    Option{"framework", 0, Kind::choice, "auto|rspec|minitest|test-unit", false, "", "project.framework", "", "auto",
           "the test framework, instead of those that the project seems to use", Group::select, kTests, 0, 0},

    Option{"example", 'e', Kind::text, "TEXT", true, "", "", "", "",
           "run the examples whose full name has TEXT in it, or that of another flag like this", Group::select, kBoth,
           0, 0},
    Option{"tag", 't', Kind::text, "TAG", true, "", "", "", "",
           "run the examples with this tag of RSpec's, NAME or NAME:VALUE; with ~ before it, those without",
           Group::select, kBoth, 0, 0},

    Option{"failed", 0, Kind::flag, "", false, "true", "", "", "false", "run what was bad when it was last run",
           Group::select, kBoth, 0, 0},
    Option{"next-failure", 0, Kind::flag, "", false, "true", "", "", "false",
           "as --failed, and start nothing new after the first failure", Group::select, kBoth, 0, 0},
    Option{"failed-first", 0, Kind::flag, "", false, "true", "", "", "false",
           "begin with the files that were bad when they were last run", Group::select, kBoth, 0, 0},
    Option{"resume", 0, Kind::text, "RUN", false, "", "", "", "", "run what the stored run RUN did not run",
           Group::select, kBoth, 0, 0},
    Option{"reproduce", 0, Kind::text, "RUN:N", false, "", "", "", "",
           "run what one runner ran up to failure N of RUN, as it did; 'dtest reproduce' does the same", Group::select,
           kBoth, 0, 0},
    Option{"after", 0, Kind::text, "FILE", true, "", "", "", "",
           "with --reproduce: of the files before the failure run only these", Group::select, kBoth, 0, 0},
    Option{"alone", 0, Kind::flag, "", false, "true", "", "", "false",
           "with --reproduce: run none of the files before the failure", Group::select, kBoth, 0, 0},
    Option{"as-runner", 0, Kind::number, "N", false, "", "", "", "",
           "with --reproduce: be runner N, for instance while another one has its database", Group::select, kRun, 1,
           1024},
    Option{"files-from", 0, Kind::path, "FILE", false, "", "", "", "",
           "take paths from FILE as well, a line each; - is standard input", Group::select, kBoth, 0, 0},
    Option{"changed", 0, Kind::text, "REF", false, "HEAD", "", "", "",
           "run the tests that are named after what changed since the commit REF; without it since the last one",
           Group::select, kBoth, 0, 0},
    Option{"shard", 0, Kind::text, "I/N", false, "", "", "DTEST_SHARD", "",
           "run the I-th of N parts of the files, for N machines", Group::select, kBoth, 0, 0},
    Option{"shard-by", 0, Kind::choice, "size|time", false, "", "", "", "size",
           "make parts even by the size of files, or by how long they took, which needs the same history everywhere",
           Group::select, kBoth, 0, 0},
    Option{"dry-run", 0, Kind::flag, "", false, "true", "", "", "false",
           "show what would run where and when, and run nothing; 'dtest plan' does the same", Group::select, kRun, 0,
           0},

    Option{"runners", 'j', Kind::runners, "N|auto|-K", false, "", "run.runners", "DTEST_RUNNERS", "auto",
           "runners at the same time: N, one a core, or all cores but K", Group::place, kRun | kBisect, 1, 1024},
    Option{"fixed", 0, Kind::flag, "", false, "true", "run.fixed", "", "false",
           "give each runner the same files in the same order whenever the files are the same", Group::place, kRun, 0,
           0},
    Option{"seed", 0, Kind::number, "N", false, "", "", "DTEST_SEED", "", "seed of the random order", Group::place,
           kHooks, 0, 4294967295.0},
    Option{"preload", 0, Kind::choice, "auto|on|framework|off", false, "", "run.preload", "", "auto",
           "what is loaded once and shared by the runners", Group::place, kRun, 0, 0},
    Option{"bundler", 0, Kind::choice, "auto|off", false, "", "run.bundler", "", "auto",
           "use the project's bundle where it has one", Group::place, kTests, 0, 0},
    Option{"ruby", 0, Kind::command, "COMMAND", false, "", "run.ruby", "", "",
           "command that starts Ruby, instead of what .ruby-version or .tool-versions asks for, or PATH has",
           Group::place, kTests, 0, 0},
    Option{"boot", 0, Kind::command, "COMMAND", false, "", "run.boot", "", "",
           "command that starts the boot process of another language, see dtest-runner(7)", Group::place, kBoth, 0, 0},
    Option{"first-is-empty", 0, Kind::flag, "", false, "true", "run.first-is-empty", "", "false",
           "TEST_ENV_NUMBER of the first runner is empty, not 1", Group::place, kHooks, 0, 0},
    Option{"no-tmpdir", 0, Kind::flag, "", false, "false", "run.tmpdir", "", "true",
           "do not give each runner a TMPDIR of its own", Group::place, kHooks, 0, 0},

    Option{"nodes", 0, Kind::text, "NAMES", false, "", "run.nodes", "DTEST_NODES", "",
           "use these nodes of the configuration, with commas between, instead of all", Group::place, kRun, 0, 0},
    Option{"local", 0, Kind::flag, "", false, "true", "", "", "false",
           "run on this machine alone, whatever nodes there are", Group::place, kRun, 0, 0},
    Option{"min-runners", 0, Kind::number, "N", false, "", "run.min-runners", "", "0",
           "begin when N runners are ready, on all nodes together", Group::place, kRun, 0, 1e5},
    Option{"wait", 0, Kind::duration, "SECONDS", false, "", "run.wait", "", "",
           "wait so long for the nodes, and for the runners of --min-runners", Group::place, kRun, 0.001, kDay},
    Option{"key-file", 0, Kind::path, "FILE", false, "", "run.key-file", "", "",
           "your secret key for nodes and event streams; ~/.config/distributest/key unless given", Group::place,
           kRun | kEvents, 0, 0},

    Option{"name", 0, Kind::text, "NAME", false, "", "run.name", "", "",
           "name of this machine for nodes; its host name and a mark of its own unless given", Group::place, kRun, 0, 0},
    Option{"sync-ignored", 0, Kind::flag, "", false, "true", "run.sync-ignored", "", "false",
           "send nodes also what git ignores", Group::place, kRun, 0, 0},
    Option{"sync-include", 0, Kind::text, "PATTERN", true, "", "run.sync-include", "", "",
           "send nodes what matches, whatever else says that it is left out", Group::place, kRun, 0, 0},
    Option{"sync-exclude", 0, Kind::text, "PATTERN", true, "", "run.sync-exclude", "", "",
           "do not send these, instead of /.git, /log/*.log, /tmp/cache/ and /coverage/", Group::place, kRun, 0, 0},

    Option{"copy", 0, Kind::flag, "", false, "true", "run.copy", "", "false",
           "run on a private copy, so that the project can be edited meanwhile", Group::place, kRun, 0, 0},
    Option{"copy-exclude", 0, Kind::text, "PATTERN", true, "", "run.copy-exclude", "", "",
           "leave these out of the copy, instead of /log/*.log, /tmp/cache/ and /coverage/", Group::place, kRun, 0, 0},

    Option{"no-hooks", 0, Kind::flag, "", false, "false", "run.hooks", "", "true",
           "run no set-up hooks", Group::place, kHooks, 0, 0},
    Option{"node-setup", 0, Kind::path, "FILE", false, "", "hooks.node-setup", "", "",
           "program that is run once before any runner, instead of .distributest/node_setup", Group::place, kHooks, 0,
           0},
    Option{"runner-setup", 0, Kind::path, "FILE", false, "", "hooks.runner-setup", "", "",
           "program that is run once for each runner, instead of .distributest/runner_setup", Group::place, kHooks, 0,
           0},
    Option{"after-fork", 0, Kind::path, "FILE", false, "", "hooks.after-fork", "", "",
           "Ruby file that each runner loads, instead of .distributest/after_fork.rb", Group::place, kHooks, 0, 0},
    Option{"share-database", 0, Kind::flag, "", false, "true", "run.share-database", "", "false",
           "let several runners write to the same database", Group::place, kRun, 0, 0},

    Option{"fail-fast", 0, Kind::number, "N", false, "1", "run.fail-fast", "", "0",
           "start nothing new after N failures; without N after the first; 0 is never", Group::stop, kRun, 0, 1e6},
    Option{"timeout", 0, Kind::duration, "SECONDS", false, "", "run.timeout", "", "10m",
           "kill a runner when no example begins or ends for so long", Group::stop, kRun, 0.001, 7 * kDay},
    Option{"hook-timeout", 0, Kind::duration, "SECONDS", false, "", "run.hook-timeout", "", "10m",
           "kill a set-up hook that runs longer", Group::stop, kRun, 0.001, 7 * kDay},
    Option{"exit-timeout", 0, Kind::duration, "SECONDS", false, "", "run.exit-timeout", "", "1m",
           "kill exit handlers and suite hooks that run longer once the tests are over: the run has failed then",
           Group::stop, kRun, 0.001, 7 * kDay},
    Option{"runner-memory", 0, Kind::size, "SIZE", false, "", "run.runner-memory", "", "0",
           "replace a runner that keeps more in memory after a file; 0 is never", Group::stop, kRun, 0, kTera},
    Option{"crash-retries", 0, Kind::number, "N", false, "", "run.crash-retries", "", "1",
           "start a file that killed its runner N more times", Group::stop, kRun, 0, 10},
    Option{"breaker", 0, Kind::number, "N", false, "", "run.breaker", "", "5",
           "stop a runner that fails N files in a row which others do not fail; they are flaky where they pass, so "
           "that exit 1 can become 0 (not with --flaky fail); 0 is never", Group::stop, kRun, 0,
           1000},
    Option{"grace", 0, Kind::duration, "SECONDS", false, "", "run.grace", "", "1s",
           "time between asking a process to end and killing it", Group::stop, kRun, 0, 3600},
    Option{"retries", 0, Kind::number, "N", false, "", "run.retries", "", "0",
           "run a bad example N more times; one that then passes is flaky", Group::stop, kRun, 0, 100},
    Option{"retry-on", 0, Kind::choice, "other|any|same", false, "", "run.retry-on", "", "other",
           "node of a retry: another where there is one, any, or the same", Group::stop, kRun, 0, 0},
    Option{"retry-limit", 0, Kind::number, "N", false, "", "run.retry-limit", "", "100",
           "retry at most N examples of a run: more is no chance", Group::stop, kRun, 0, 1e9},
    Option{"run-timeout", 0, Kind::duration, "SECONDS", false, "", "run.run-timeout", "", "0",
           "stop the run after so long, as ctrl-C does; 0 is never", Group::stop, kRun, 0, 7 * kDay},
    Option{"flaky", 0, Kind::choice, "pass|fail", false, "", "run.flaky", "", "pass",
           "what an example counts that passed only when tried again", Group::stop, kRun, 0, 0},

    Option{"format", 'f', Kind::choice, "progress|files|quiet", false, "", "output.format", "DTEST_FORMAT", "progress",
           "what is shown while the tests run", Group::show, kRun, 0, 0},
    Option{"color", 0, Kind::choice, "auto|always|never", false, "", "output.color", "DTEST_COLOR", "auto",
           "when the output has colours", Group::show, kRun | kStored, 0, 0},
    Option{"limit", 0, Kind::number, "N", false, "", "", "", "20", "show at most N of each", Group::show, kLists, 1,
           1e6},
    Option{"slow-file", 0, Kind::duration, "SECONDS", false, "", "output.slow-file", "", "20s",
           "list a file that ran longer at the end", Group::show, kRun, 0, 7 * kDay},
    Option{"slow-test", 0, Kind::duration, "SECONDS", false, "", "output.slow-test", "", "1s",
           "list an example that ran longer at the end", Group::show, kRun, 0, 7 * kDay},
    Option{"output-cap", 0, Kind::size, "SIZE", false, "", "output.output-cap", "", "64K",
           "keep so much of what one example prints", Group::show, kRun, 0, kMega},
    Option{"events", 0, Kind::path, "FILE", false, "", "", "", "",
           "write every event of the run to FILE, a line of JSON each", Group::show, kRun, 0, 0},
    Option{"junit", 0, Kind::path, "FILE", false, "", "report.junit", "", "",
           "write a JUnit XML report to FILE", Group::show, kWrites, 0, 0},
    Option{"json-report", 0, Kind::path, "FILE", false, "", "report.json", "", "",
           "write a report to FILE as JSON, with the field names of RSpec's", Group::show, kWrites, 0, 0},
    Option{"html", 0, Kind::path, "FILE", false, "", "report.html", "", "",
           "write a page to FILE that needs nothing else", Group::show, kWrites, 0, 0},
    Option{"tap", 0, Kind::path, "FILE", false, "", "report.tap", "", "",
           "write a report to FILE in the Test Anything Protocol", Group::show, kWrites, 0, 0},
    Option{"trace", 0, Kind::path, "FILE", false, "", "report.trace", "", "",
           "write what each runner did when to FILE, for Perfetto", Group::show, kWrites, 0, 0},
    Option{"github", 0, Kind::choice, "auto|on|off", false, "", "report.github", "", "auto",
           "annotations and a summary for GitHub Actions", Group::show, kRun, 0, 0},
    Option{"publish", 0, Kind::address, "ENDPOINT", false, "", "", "", "",
           "publish the event stream here instead of a place of its own", Group::show, kRun, 0, 0},
    Option{"json", 0, Kind::flag, "", false, "true", "", "", "false", "print JSON", Group::show,
           kRun | kList | kEvents | kVersion | kStored | kBisect, 0, 0},
    Option{"endpoint", 0, Kind::flag, "", false, "true", "", "", "false", "print only the endpoint of the stream",
           Group::show, kEvents, 0, 0},
    Option{"from", 0, Kind::number, "SEQ", false, "", "", "", "0", "begin with the event of this number", Group::show,
           kEvents, 0, 1e15},
    Option{"kind", 0, Kind::text, "KIND", true, "", "", "", "",
           "only events of this kind (test.end), or of all kinds of a sort (test)", Group::show, kEvents, 0, 0},
    Option{"publisher-key", 0, Kind::path, "FILE", false, "", "", "", "",
           "public key of who publishes on TCP, unless it is your own", Group::show, kEvents, 0, 0},
    Option{"follow", 0, Kind::flag, "", false, "true", "", "", "false",
           "when the run ends, or none goes on, wait for the next run of the project", Group::show, kEvents, 0, 0},
    Option{"follow", 0, Kind::flag, "", false, "true", "", "", "false", "wait for more, until the run ends",
           Group::show, kLog, 0, 0},
    Option{"node", 0, Kind::text, "NAME", false, "", "", "", "", "only what comes from this node", Group::show, kLog,
           0, 0},
    Option{"schema", 0, Kind::flag, "", false, "true", "", "", "false", "print the JSON Schema of the events",
           Group::show, kEvents, 0, 0},
    Option{"verify", 0, Kind::path, "FILE", false, "", "", "", "",
           "check the account of a stored event stream, and list what is wrong", Group::show, kEvents, 0, 0},

    Option{"node", 0, Kind::flag, "", false, "true", "", "", "false", "make the key of this machine's dtestd",
           Group::general, kKeygen, 0, 0},
    Option{"json", 0, Kind::flag, "", false, "true", "", "", "false", "print JSON", Group::show,
           kKeygen | kNodes, 0, 0},
    Option{"name", 0, Kind::text, "NAME", false, "", "", "", "", "what 'add' is to call the node; else its host's name",
           Group::general, kNodes, 0, 0},
    Option{"endpoint", 0, Kind::address, "ENDPOINT", false, "", "", "", "",
           "where dtestd listens on the node that is added; else port 7710 of the host", Group::general, kNodes, 0, 0},
    Option{"ssh-config", 0, Kind::path, "FILE", false, "", "", "", "",
           "configuration of ssh for the node that is added", Group::general, kNodes, 0, 0},

    Option{"listen", 0, Kind::address, "ENDPOINT", false, "", "daemon.listen", "", "", "where the work pipe is bound",
           Group::place, kDaemon, 0, 0},
    Option{"results-listen", 0, Kind::address, "ENDPOINT", false, "", "daemon.results-listen", "", "",
           "where the result channel is bound", Group::place, kDaemon, 0, 0},
    Option{"key-file", 0, Kind::path, "FILE", false, "", "daemon.key-file", "", "",
           "secret key of this node; ~/.config/distributest/node-key unless given", Group::place, kDaemon, 0, 0},
    Option{"allow", 0, Kind::path, "DIR", false, "", "daemon.allow", "", "",
           "public keys of who may run tests here; ~/.config/distributest/allowed unless given", Group::place, kDaemon,
           0, 0},
    Option{"embedded", 0, Kind::path, "DIR", false, "", "", "", "",
           "serve the dtest at standard input; sockets are in DIR", Group::place, kDaemon, 0, 0},
    Option{"name", 0, Kind::text, "NAME", false, "", "daemon.name", "", "",
           "name of this node; the host's name unless given", Group::place, kDaemon, 0, 0},
    Option{"runners", 0, Kind::runners, "N|auto|-K", false, "", "daemon.runners", "", "auto",
           "runners that work at once, for all runs together: N, one a core, or all cores but K", Group::place, kDaemon,
           1, 1024},
    Option{"in-place", 0, Kind::flag, "", false, "true", "daemon.in-place", "", "false",
           "on TCP also serve runs that bring no copy of their project", Group::place, kDaemon, 0, 0},
    Option{"work-dir", 0, Kind::path, "DIR", false, "", "daemon.work-dir", "", "",
           "workspaces of other machines' runs; ~/.cache/distributest/work unless given", Group::place, kDaemon, 0, 0},
    Option{"work-days", 0, Kind::number, "N", false, "", "daemon.work-days", "", "14",
           "remove workspaces that no run has used for N days", Group::place, kDaemon, 1, 3650},
    Option{"work-size", 0, Kind::size, "SIZE", false, "", "daemon.work-size", "", "20G",
           "remove those that were used longest ago when all take more", Group::place, kDaemon, kMega, kMega * kMega},
    Option{"log-level", 0, Kind::choice, "debug|info|warn|error", false, "", "log.level", "DTEST_LOG_LEVEL", "info",
           "what is written to the log", Group::show, kDaemon, 0, 0},
    Option{"log-format", 0, Kind::choice, "text|json", false, "", "log.format", "", "text",
           "how a line of the log is written", Group::show, kDaemon, 0, 0},

    Option{"directory", 'C', Kind::path, "DIR", false, "", "", "", "", "work in DIR; relative paths start there",
           Group::general, kTests | kStored | kEvents | kBisect | kLog, 0, 0},
    Option{"config", 'c', Kind::path, "FILE", false, "", "", "DTEST_CONFIG", "",
           "read this configuration file and no other", Group::general, kTests | kDaemon, 0, 0},
    Option{"no-history", 0, Kind::flag, "", false, "false", "run.history", "", "true",
           "neither keep the run nor read or keep how long files took", Group::general, kRun, 0, 0},
    Option{"keep-runs", 0, Kind::number, "N", false, "", "keep.runs", "", "100",
           "keep the events of so many runs of this project", Group::general, kRun, 1, 1e6},
    Option{"keep-days", 0, Kind::number, "N", false, "", "keep.days", "", "30",
           "keep them for so many days", Group::general, kRun, 1, 36500},
    Option{"keep-size", 0, Kind::size, "SIZE", false, "", "keep.size", "", "1G",
           "keep at most so much of them, a quarter of it for one run", Group::general, kRun, kMega, kMega * kMega},
    Option{"check-config", 0, Kind::flag, "", false, "true", "", "", "false",
           "read flags and configuration, and say what is wrong", Group::general, kDaemon, 0, 0},
    Option{"help", 'h', Kind::flag, "", false, "true", "", "", "false", "show this text", Group::general,
           kAll | kKeygen | kNodes, 0, 0},
    Option{"version", 0, Kind::flag, "", false, "true", "", "", "false", "show the version", Group::general,
           kRun | kDaemon, 0, 0},
};

template <class Match>
const Option* first(Match match) {
  const auto* found = std::find_if(kTable.begin(), kTable.end(), match);
  return found == kTable.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Option> option_table() { return kTable; }

const Option* find_option(Command command, std::string_view name) {
  return first([&](const Option& o) { return o.applies_to(command) && o.name == name; });
}

const Option* find_option(Command command, char letter) {
  return first([&](const Option& o) { return o.applies_to(command) && letter != 0 && o.letter == letter; });
}

const Option* find_key(std::string_view key) {
  return first([&](const Option& o) { return !key.empty() && o.key == key; });
}

std::string_view title(Group group) {
  switch (group) {
    case Group::select: return "Select";
    case Group::place: return "Where and order";
    case Group::stop: return "Stop and retry";
    case Group::show: return "Show";
    case Group::general: return "General";
  }
  return "";
}

std::string_view program(Command command) {
  switch (command) {
    case Command::run: return "dtest run";
    case Command::list: return "dtest list";
    case Command::debug: return "dtest debug";
    case Command::events: return "dtest events";
    case Command::report: return "dtest report";
    case Command::version: return "dtest version";
    case Command::show: return "dtest show";
    case Command::history: return "dtest history";
    case Command::slow: return "dtest slow";
    case Command::flaky: return "dtest flaky";
    case Command::bisect: return "dtest bisect";
    case Command::config: return "dtest config";
    case Command::completion: return "dtest completion";
    case Command::help: return "dtest help";
    case Command::keygen: return "dtest keygen";
    case Command::nodes: return "dtest nodes";
    case Command::log: return "dtest log";
    case Command::daemon: return "dtestd";
  }
  return "";
}

bool reads_stored_runs(Command command) {
  return ((kStored | kEvents | kBisect | kLog) & static_cast<unsigned>(command)) != 0;
}

std::vector<Command> commands_of(const Option& option) {
  std::vector<Command> commands;
  constexpr std::array kEvery{Command::run,   Command::list,   Command::debug,  Command::show,    Command::history,
                              Command::slow,  Command::flaky,  Command::events, Command::report,  Command::version,
                              Command::help,  Command::daemon, Command::bisect, Command::completion, Command::keygen,
                              Command::nodes, Command::log};
  std::copy_if(kEvery.begin(), kEvery.end(), std::back_inserter(commands),
               [&](Command c) { return option.applies_to(c); });
  return commands;
}

}  // namespace dtest::config
