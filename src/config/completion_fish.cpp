#include <fmt/format.h>

#include "base/text.hpp"
#include "config/completion_impl.hpp"

namespace dtest::config {
namespace {

using Sort = Candidates::Kind;

constexpr std::string_view kHead = R"sh(# fish completion of dtest and dtestd, made by 'dtest completion fish'.

function __dtest_runs
    echo latest
    dtest history --limit 50 --color never 2>/dev/null | string match -r '^[0-9a-f]{4,32}(?= )'
end

function __dtest_is
    set -l words (commandline -opc)
    if test (count $words) -gt 1; and contains -- $words[2] $__dtest_commands
        contains -- $words[2] $argv
    else
        contains -- run $argv
    end
end

)sh";

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string values(const Candidates& all) {
  switch (all.kind) {
    case Sort::words: return " -x -a " + quoted(base::join(all.words, " "));
    case Sort::file: return " -r -F";
    case Sort::directory: return " -x -a '(__fish_complete_directories)'";
    case Sort::run: return " -x -a '(__dtest_runs)'";
    case Sort::none: break;
  }
  return " -x";
}

std::string flag(const Option& option) {
  std::string text = fmt::format(" -l {}", option.name);
  if (option.letter != 0) text += fmt::format(" -s {}", option.letter);
  if (option.kind != Kind::flag && !option.optional_value()) text += values(candidates(option));
  return text + " -d " + quoted(option.help) + "\n";
}

}  // namespace

std::string fish_completion() {
  std::vector<std::string> names;
  for (const CommandWord& word : command_words()) names.push_back(word.name);
  std::string text(kHead);
  text += "set -g __dtest_commands " + base::join(names, " ") + "\n\n";
  for (const CommandWord& word : command_words())
    text += fmt::format("complete -c dtest -n 'test (count (commandline -opc)) -eq 1' -a {} -d {}\n", word.name,
                        quoted(word.summary));
  for (const CommandGroup& group : command_groups()) {
    const std::string head = group.names.empty() ? "complete -c dtestd"
                                                 : fmt::format("complete -c dtest -n '__dtest_is {}'",
                                                               base::join(group.names, " "));
    text += "\n";
    if (group.arguments.kind != Sort::file && !group.names.empty()) {
      // What else a command takes, behind its name.
      text += fmt::format("complete -c dtest -n '__dtest_is {}' -f\n", base::join(group.names, " "));
      if (group.arguments.kind != Sort::none)
        text += fmt::format("complete -c dtest -n '__dtest_is {}'{}\n", base::join(group.names, " "),
                            group.arguments.kind == Sort::run ? " -a '(__dtest_runs)'"
                                                              : " -a " + quoted(base::join(group.arguments.words, " ")));
    }
    for (const Option* option : options_of(group.command)) text += head + flag(*option);
  }
  return text;
}

}  // namespace dtest::config
