#include <fmt/format.h>

#include "base/text.hpp"
#include "config/completion_impl.hpp"

namespace dtest::config {
namespace {

using Sort = Candidates::Kind;

constexpr std::string_view kHead = R"sh(#compdef dtest dtestd
# zsh completion of dtest and dtestd, made by 'dtest completion zsh'.

_dtest_runs() {
  local -a ids
  ids=(latest ${(M)${(f)"$(dtest history --limit 50 --color never 2>/dev/null)"}##[0-9a-f]##})
  compadd -a ids
}

)sh";

// One word in single quotes, for _arguments: in which ':' and brackets mean something.
std::string quoted(std::string_view text, bool escape) {
  std::string out;
  for (const char c : text) {
    if (escape && (c == ':' || c == '[' || c == ']' || c == '\\')) out += '\\';
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return out;
}

std::string action(const Candidates& all) {
  switch (all.kind) {
    case Sort::words: return "(" + base::join(all.words, " ") + ")";
    case Sort::file: return "_files";
    case Sort::directory: return "_files -/";
    case Sort::run: return "_dtest_runs";
    case Sort::none: break;
  }
  return " ";
}

// "'(-j --runners)'{-j+,--runners=}'[help]:N:(auto)'".
std::string spec(const Option& option) {
  const bool flag = option.kind == Kind::flag;
  const std::string mark = flag ? "" : option.optional_value() ? "=-" : "=";
  std::string names = fmt::format("--{}{}", option.name, mark);
  std::string rest = "[" + quoted(option.help, true) + "]";
  if (!flag)
    rest += fmt::format("{}{}:{}", option.optional_value() ? "::" : ":", quoted(option.value, true),
                        quoted(action(candidates(option)), false));
  const std::string repeat = option.repeatable ? "*" : "";
  if (option.letter == 0) return fmt::format("'{}{}{}'", repeat, names, rest);
  const std::string both = fmt::format("{{-{}{},{}}}", option.letter, flag ? "" : "+", names);
  const std::string once = option.repeatable ? "'*'" : fmt::format("'(-{} --{})'", option.letter, option.name);
  return fmt::format("{}{}'{}'", once, both, rest);
}

std::string arguments(const CommandGroup& group) {
  std::string text = "      _arguments -s -S";
  for (const Option* option : options_of(group.command)) text += " \\\n        " + spec(*option);
  if (group.arguments.kind != Sort::none)
    text += fmt::format(" \\\n        '*:argument:{}'", quoted(action(group.arguments), false));
  return text;
}

}  // namespace

std::string zsh_completion() {
  std::string words;
  std::string cases;
  std::string daemon;
  for (const CommandWord& word : command_words())
    words += fmt::format("    '{}:{}'\n", word.name, quoted(word.summary, true));
  for (const CommandGroup& group : command_groups()) {
    if (group.names.empty()) daemon = arguments(group);
    else cases += fmt::format("    {})\n{} ;;\n", base::join(group.names, "|"), arguments(group));
  }
  std::string text(kHead);
  text += "_dtest() {\n  local command=run\n  local -a commands\n  commands=(\n" + words + "  )\n";
  text += "  if [[ $service == dtestd ]]; then command=dtestd\n";
  text += "  elif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n";
  text += "    _describe command commands\n    _files\n    return\n";
  text += "  elif (( ${commands[(I)$words[2]:*]} )); then\n    command=$words[2]\n    shift words\n    (( CURRENT-- ))\n  fi\n";
  text += "  case $command in\n" + cases + "    dtestd)\n" + daemon + " ;;\n  esac\n}\n\n";
  // Sourced, it only defines; found in fpath, it is the function.
  return text + "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _dtest \"$@\"\nelse compdef _dtest dtest dtestd\nfi\n";
}

}  // namespace dtest::config
