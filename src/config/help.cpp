#include "config/help.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace dtest::config {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kIndent = 29;  // where the help of an option begins
constexpr std::array kGroups{Group::select, Group::place, Group::stop, Group::show, Group::general};

struct Page {
  std::string_view synopsis;
  std::string_view summary;
  std::string_view before;  ///< paragraphs before the options
  std::string_view after;   ///< examples and the way on
};

constexpr Page kRunPage{"dtest [run] [FLAG...] [PATH[:LINE]...] [-- FRAMEWORK-ARG...]",
                        "Runs the tests of a Ruby project on many runners.",
                        R"(
Commands
  run      run tests; what dtest does when no command is named
  plan     show what would run where and when, and why
  list     show the examples that would run
  reproduce  run what one runner ran before a failure, as it did: dtest
             reproduce RUN:N
  bisect   find the files that a failure needs before it: dtest bisect RUN:N
  debug    run one example on the terminal, for a debugger
  show     show a run that is over again, or one of its failures in full
  history  list the runs that are kept
  slow     list the slowest files and examples
  flaky    list the examples that passed only when tried again
  events   show the events of a run in progress, as lines of JSON
  report   write reports of a stored run
  config   show the settings that count and where each comes from, or check
           them: dtest config show, dtest config check
  completion  print completions for bash, zsh or fish
  keygen   make your key, for nodes on other machines
  log      show what a run and its nodes printed
  nodes    list them, see who uses them, add, remove or share them
  version  show the version
  help     show this text, or that of a command: dtest help list
)",
                        R"(
Examples
  dtest                              everything, a runner on each core
  dtest spec/models -j4              one directory on four runners
  dtest spec/models/order_spec.rb:42 --seed 48213
  dtest --fail-fast --tag ~slow      stop at the first failure, skip slow ones
  dtest --failed                     what was bad when it was last run

Exit status: 0 passed, 1 failed, 3 incomplete, 4 nothing matched, 64 wrong
usage, others in dtest(1). Configuration: distributest.conf(5).
)"};
constexpr Page kListPage{"dtest list [FLAG...] [PATH[:LINE]...] [-- FRAMEWORK-ARG...]",
                         "Shows the files and examples that 'dtest run' would run with the same arguments.", "",
                         R"(
Examples
  dtest list spec/models
  dtest list --json --tag focus
)"};
constexpr Page kDebugPage{"dtest debug [FLAG...] PATH:LINE [-- FRAMEWORK-ARG...]",
                          "Runs one example in the foreground, on the terminal, with the environment and\n"
                          "the set-up hooks of the first runner: for binding.irb, debug.gem or byebug.",
                          "",
                          R"(
Examples
  dtest debug spec/models/order_spec.rb:42
  dtest debug test/order_test.rb:17 --seed 48213
)"};
constexpr Page kEventsPage{"dtest events [FLAG...] [RUN|ENDPOINT]",
                           "Shows the events of a run, a line of JSON each: those of RUN (its id or the\n"
                           "beginning of it), of the run that publishes at ENDPOINT, or of the latest one. A\n"
                           "run that goes on is followed to its end. With --verify it checks a stored stream\n"
                           "instead: 0 its account holds, 1 it does not.",
                           "",
                           R"(
Examples
  dtest events
  dtest events b0b3 --kind test.end
  dtest events --endpoint            where a program can subscribe
  dtest events --verify run.jsonl    does the account of that run hold?
)"};
constexpr Page kShowPage{"dtest show [FLAG...] [RUN] [N]",
                         "Shows a run of this project as it was shown when it ran: RUN (its id or the\n"
                         "beginning of it, 'latest', or -1 for the one before that), or the latest one.\n"
                         "With the number of a failure it shows that failure in full.",
                         "",
                         R"(
Examples
  dtest show
  dtest show b0b3
  dtest show b0b3 2                  its second failure, with all of its output
  dtest show -1 --json
)"};
constexpr Page kHistoryPage{"dtest history [FLAG...]", "Lists the runs of this project that are kept, newest first.",
                            "",
                            R"(
Examples
  dtest history --limit 5
  dtest history --json | jq '.runs[0].verdict'
)"};
constexpr Page kSlowPage{"dtest slow [FLAG...] [RUN]",
                         "Lists the slowest files and examples of this project: by what all earlier runs\n"
                         "took, recent ones counting more, or those of RUN.",
                         "",
                         R"(
Examples
  dtest slow
  dtest slow latest --limit 5
)"};
constexpr Page kFlakyPage{"dtest flaky [FLAG...]",
                          "Lists the examples that passed only when they were tried again, in the runs that\n"
                          "are kept, those that did so most often first.",
                          "",
                          R"(
Examples
  dtest flaky
  dtest flaky --json | jq -r '.flaky[].path' | sort -u
)"};
constexpr Page kReportPage{"dtest report [FLAG...] [RUN|EVENTS]",
                           "Writes reports of a run that is kept, the latest by default, or of the events\n"
                           "that --events wrote: the same that the flags of 'dtest run' write. FILE '-' is\n"
                           "standard output.",
                           "",
                           R"(
Examples
  dtest report latest --html report.html
  dtest report b0b3 --json-report - | jq .summary
  dtest report run.jsonl --junit junit.xml
)"};
constexpr Page kBisectPage{"dtest bisect [FLAG...] RUN:N",
                           "Finds which of the files that ran before failure N of RUN, on its runner, make\n"
                           "it fail: the failing file runs again and again after fewer of them, several\n"
                           "tries at a time. It ends with a command that runs just those.",
                           "",
                           R"(
Examples
  dtest bisect latest:1
  dtest bisect b0b3:2 -j8 --json

Exit status: 0 they were found, or it fails alone; 1 it does not fail again, or
not always.
)"};
constexpr Page kConfigPage{"dtest config show|check [FLAG...]",
                           "Shows every setting that would count in 'dtest run' with the same flags, here\n"
                           "and now, and where it comes from: a flag, a variable, a line of a file, the\n"
                           "default. With check it says only what is wrong: 0 nothing, 78 a file, 64 else.",
                           "",
                           R"(
Examples
  dtest config show
  dtest config show -j4              with -j4 in front of all files
  dtest config check --json
)"};
constexpr Page kCompletionPage{"dtest completion bash|zsh|fish",
                               "Prints completions of dtest and dtestd for a shell. They are installed with\n"
                               "dtest where shells look for them.",
                               "",
                               R"(
Examples
  dtest completion bash > ~/.local/share/bash-completion/completions/dtest
  dtest completion zsh > ~/.zfunc/_dtest
  dtest completion fish > ~/.config/fish/completions/dtest.fish
)"};
constexpr Page kVersionPage{"dtest version [FLAG...]", "Shows the version of dtest.", "",
                            "\nExamples\n  dtest version --json\n"};
constexpr Page kHelpPage{"dtest help [COMMAND]", "Shows the flags of a command.", "",
                         "\nExamples\n  dtest help list\n"};
constexpr Page kKeygenPage{"dtest keygen [FLAG...]",
                           "Makes the key by which nodes know you, in ~/.config/distributest; with --node\n"
                           "the key of this machine's dtestd. A key is never replaced.",
                           "",
                           R"(
Examples
  dtest keygen                       before your first run on another machine
  dtest keygen --node                there, before 'dtestd --listen tcp://...'
)"};
constexpr Page kLogPage{"dtest log [FLAG...] [RUN]",
                        "What Ruby, hooks, rsync and nodes had to say in a run, in order of time, each\n"
                        "line with its node and runner; by default of the newest run, also while it\n"
                        "goes on.",
                        "",
                        R"(
Examples
  dtest log
  dtest log --follow                 until the run ends
  dtest log b0b3 --node bigbox
)"};
constexpr Page kNodesPage{"dtest nodes [FLAG...] [list|status [NAME...]|add [USER@]HOST|remove NAME|\n"
                          "                   export DIRECTORY [NAME...]|import DIRECTORY]",
                          "The machines that your runs use. 'list' shows what the configuration says of\n"
                          "them, 'status' asks each who uses its runners; 'add' exchanges keys over ssh and\n"
                          "writes the section [node.NAME], 'remove' takes that out again; 'export' writes\n"
                          "nodes and their public keys for others, who 'import' or include them.",
                          "",
                          R"(
Examples
  dtest nodes status
  dtest nodes add ci@bigbox          distributest and rsync are installed there
  dtest nodes remove bigbox
  dtest nodes export team            for colleagues: 'dtest nodes import team'
)"};
constexpr Page kDaemonPage{"dtestd [FLAG...]", "Runs the tests that dtest sends, on this machine, in the foreground.",
                           "",
                           R"(
Examples
  dtestd                             sockets under XDG_RUNTIME_DIR
  dtestd --runners=-1                leave one core alone
  dtestd --check-config

Who may write to the sockets runs code as the user of dtestd: see dtestd(8).
)"};

const Page& page_of(Command command) {
  switch (command) {
    case Command::run: return kRunPage;
    case Command::list: return kListPage;
    case Command::debug: return kDebugPage;
    case Command::events: return kEventsPage;
    case Command::show: return kShowPage;
    case Command::history: return kHistoryPage;
    case Command::slow: return kSlowPage;
    case Command::flaky: return kFlakyPage;
    case Command::report: return kReportPage;
    case Command::bisect: return kBisectPage;
    case Command::config: return kConfigPage;
    case Command::completion: return kCompletionPage;
    case Command::version: return kVersionPage;
    case Command::help: return kHelpPage;
    case Command::keygen: return kKeygenPage;
    case Command::nodes: return kNodesPage;
    case Command::log: return kLogPage;
    case Command::daemon: return kDaemonPage;
  }
  return kRunPage;
}

// Words in lines of at most `room` columns.
std::vector<std::string> wrap(const std::vector<std::string>& words, std::size_t room) {
  std::vector<std::string> lines{""};
  for (const std::string& word : words) {
    std::string& line = lines.back();
    if (!line.empty() && line.size() + 1 + word.size() > room) {
      lines.push_back(word);
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return lines;
}

// The help with the default, which no line end parts. Defaults of flags say nothing: the flag is what is not the
// default.
std::vector<std::string> words_of(const Option& option) {
  std::vector<std::string> words = base::split(option.help, ' ');
  if (option.kind != Kind::flag && !option.standard.empty())
    words.push_back(fmt::format("(default {})", option.standard));
  return words;
}

std::string entry(const Option& option) {
  std::string text = "  " + usage(option);
  std::string gap(kIndent, ' ');
  text += text.size() + 2 > kIndent ? "\n" + gap : std::string(kIndent - text.size(), ' ');
  return text + base::join(wrap(words_of(option), kWidth - kIndent), "\n" + gap) + "\n";
}

}  // namespace

std::string usage(const Option& option) {
  std::string text =
      option.letter == 0 ? fmt::format("--{}", option.name) : fmt::format("-{}, --{}", option.letter, option.name);
  if (option.value.empty()) return text;
  return text + (option.optional_value() ? fmt::format("[={}]", option.value) : fmt::format(" {}", option.value));
}

std::string help_text(Command command) {
  const Page& page = page_of(command);
  std::string text = fmt::format("usage: {}\n\n{}\n{}", page.synopsis, page.summary, page.before);
  for (Group group : kGroups) {
    std::string entries;
    for (const Option& option : option_table()) {
      if (option.group == group && option.applies_to(command)) entries += entry(option);
    }
    if (!entries.empty()) text += fmt::format("\n{}\n{}", title(group), entries);
  }
  return text + std::string(page.after);
}

}  // namespace dtest::config
