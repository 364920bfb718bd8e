#include "config/completion.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "config/command.hpp"
#include "config/completion_impl.hpp"

namespace dtest::config {
namespace {

using Sort = Candidates::Kind;

std::string_view summary(std::string_view name) {
  if (name == "run") return "run tests";
  if (name == "plan") return "show what would run where and when";
  if (name == "reproduce") return "run what one runner ran before a failure";
  if (name == "bisect") return "find the files that a failure needs before it";
  if (name == "list") return "show the examples that would run";
  if (name == "debug") return "run one example on the terminal";
  if (name == "show") return "show a run that is over, or one of its failures";
  if (name == "history") return "list the runs that are kept";
  if (name == "slow") return "list the slowest files and examples";
  if (name == "flaky") return "list the examples that passed only when tried again";
  if (name == "log") return "show what a run and its nodes printed";
  if (name == "events") return "show the events of a run";
  if (name == "report") return "write reports of a stored run";
  if (name == "config") return "show or check the settings that count";
  if (name == "completion") return "print completions for a shell";
  if (name == "keygen") return "make your key, for nodes on other machines";
  if (name == "nodes") return "list, ask, add, remove or share other machines";
  if (name == "version") return "show the version";
  return name == "help" ? "show the flags of a command" : "";
}

Candidates arguments_of(std::string_view name) {
  if (name == "config") return {Sort::words, {"show", "check"}};
  if (name == "completion") return {Sort::words, {"bash", "zsh", "fish"}};
  if (name == "nodes") return {Sort::words, {"list", "status", "add", "remove", "export", "import"}};
  if (name == "help") return {Sort::words, all_commands()};
  if (name == "history" || name == "flaky" || name == "version" || name == "keygen") return {};
  const bool of_run = name == "reproduce" || name == "bisect" || name == "show" || name == "slow" ||
                      name == "events" || name == "log" || name == "report";
  return {of_run ? Sort::run : Sort::file, {}};
}

}  // namespace

Candidates candidates(const Option& option) {
  if (option.kind == Kind::choice) return {Sort::words, base::split(option.value, '|')};
  if (option.kind == Kind::runners) return {Sort::words, {"auto"}};
  if (option.value == "DIR") return {Sort::directory, {}};
  if (option.value == "FILE" || option.value == "GLOB") return {Sort::file, {}};
  if (option.value == "RUN" || option.value == "RUN:N") return {Sort::run, {}};
  return {};
}

std::vector<CommandWord> command_words() {
  std::vector<CommandWord> words;
  for (const std::string& name : all_commands())
    words.push_back({name, *command_named(name), std::string(summary(name)), arguments_of(name)});
  return words;
}

std::vector<CommandGroup> command_groups() {
  std::vector<CommandGroup> groups;
  for (const CommandWord& word : command_words()) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const CommandGroup& group) {
      return group.command == word.command && group.arguments.kind == word.arguments.kind;
    });
    if (same == groups.end()) groups.push_back({{word.name}, word.command, word.arguments});
    else same->names.push_back(word.name);
  }
  groups.push_back({{}, Command::daemon, {}});
  return groups;
}

std::vector<const Option*> options_of(Command command) {
  std::vector<const Option*> options;
  for (const Option& option : option_table())
    if (option.applies_to(command)) options.push_back(&option);
  return options;
}

std::string completion(Shell shell) {
  switch (shell) {
    case Shell::bash: return bash_completion();
    case Shell::zsh: return zsh_completion();
    case Shell::fish: break;
  }
  return fish_completion();
}

}  // namespace dtest::config
