#include <fmt/format.h>

#include "base/text.hpp"
#include "config/completion_impl.hpp"

namespace dtest::config {
namespace {

using Sort = Candidates::Kind;

constexpr std::string_view kHead = R"sh(# bash completion of dtest and dtestd, made by 'dtest completion bash'.

_dtest_runs() {
  local id rest
  echo latest
  while read -r id rest; do
    [[ $id =~ ^[0-9a-f]{4,32}$ ]] && echo "$id"
  done < <(dtest history --limit 50 --color never 2>/dev/null)
}

# What fits the word $cur: of the words $2, a file, a directory, a stored run.
_dtest_offer() {
  case $1 in
    words) mapfile -t COMPREPLY < <(compgen -W "$2" -- "$cur") ;;
    file) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); compopt -o filenames 2>/dev/null ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); compopt -o filenames 2>/dev/null ;;
    run) mapfile -t COMPREPLY < <(compgen -W "$(_dtest_runs)" -- "$cur") ;;
  esac
}

)sh";

constexpr std::string_view kBody = R"sh(  local cur=${COMP_WORDS[COMP_CWORD]} prev= flag= joined= flags= value=none words= arguments= i
  (( COMP_CWORD > 0 )) && prev=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  for (( i = 1; i < COMP_CWORD; i++ )); do
    [[ ${COMP_WORDS[i]} == -- ]] && { _dtest_offer file; return; }
  done
  # '=' is a word of its own, unless the person took it out of COMP_WORDBREAKS.
  if [[ $cur == --*=* ]]; then flag=${cur%%=*} joined=1 cur=${cur#*=}
  elif [[ $cur == = ]]; then flag=$prev joined=1 cur=
  elif [[ $prev == = ]]; then flag=${COMP_WORDS[COMP_CWORD - 2]} joined=1
  elif [[ $prev == -* ]]; then flag=$prev
  fi
)sh";

constexpr std::string_view kTail = R"sh(  if [[ $flag ]]; then _dtest_offer "$value" "$words"
  elif [[ $cur == -* ]]; then _dtest_offer words "$flags"
)sh";

std::string_view word(Sort kind) {
  switch (kind) {
    case Sort::words: return "words";
    case Sort::file: return "file";
    case Sort::directory: return "directory";
    case Sort::run: return "run";
    case Sort::none: break;
  }
  return "none";
}

// "--format|-f) value=words words='a b' ;;"; a flag without a value of its own lets the next word be what it is.
std::string value_case(const Option& option) {
  std::string pattern = fmt::format("--{}", option.name);
  if (option.letter != 0) pattern += fmt::format("|-{}", option.letter);
  const Candidates all = candidates(option);
  std::string action = fmt::format("value={}", word(all.kind));
  if (all.kind == Sort::words) action += fmt::format(" words='{}'", base::join(all.words, " "));
  if (option.optional_value()) action = fmt::format("if [[ $joined ]]; then {}; else flag=; fi", action);
  return fmt::format("        {}) {} ;;\n", pattern, action);
}

std::string flags_case(const CommandGroup& group) {
  std::vector<std::string> flags;
  std::string values;
  for (const Option* option : options_of(group.command)) {
    flags.push_back(fmt::format("--{}", option->name));
    if (option->letter != 0) flags.push_back(fmt::format("-{}", option->letter));
    if (option->kind != Kind::flag) values += value_case(*option);
  }
  std::string text = fmt::format("      flags='{}'\n", base::join(flags, " "));
  if (group.arguments.kind == Sort::words)
    text += fmt::format("      arguments='{}'\n", base::join(group.arguments.words, " "));
  return text + fmt::format("      case $flag in\n{}        *) flag= ;;\n      esac", values);
}

}  // namespace

std::string bash_completion() {
  std::string cases;
  std::string arguments;
  std::string daemon;
  std::vector<std::string> names;
  for (const CommandGroup& group : command_groups()) {
    if (group.names.empty()) {
      daemon = flags_case(group);
      continue;
    }
    names.insert(names.end(), group.names.begin(), group.names.end());
    cases += fmt::format("    {})\n{} ;;\n", base::join(group.names, "|"), flags_case(group));
    if (group.arguments.kind != Sort::none)
      arguments += fmt::format("      {}) _dtest_offer {} \"$arguments\" ;;\n", base::join(group.names, "|"),
                               word(group.arguments.kind));
  }
  const std::string all = base::join(names, " ");
  std::string text(kHead);
  text += fmt::format("_dtest() {{\n  local command=run commands='{}'\n", all);
  text += "  (( COMP_CWORD > 1 )) && [[ \" $commands \" == *\" ${COMP_WORDS[1]} \"* ]] && command=${COMP_WORDS[1]}\n";
  text += std::string(kBody) + "  case $command in\n" + cases + "  esac\n" + std::string(kTail);
  text += "  elif (( COMP_CWORD == 1 )); then\n    _dtest_offer file\n";
  text += "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W \"$commands\" -- \"$cur\")\n";
  text += "  else\n    case $command in\n" + arguments + "    esac\n  fi\n}\n\n";
  text += "_dtestd() {\n" + std::string(kBody) + daemon + "\n" + std::string(kTail) + "  fi\n}\n\n";
  return text + "complete -F _dtest dtest\ncomplete -F _dtestd dtestd\n";
}

}  // namespace dtest::config
