// Completions of dtest and dtestd for shells, made of the option table.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/options.hpp"

namespace dtest::config {

/// What can stand where a value is expected.
struct Candidates {
  enum class Kind { none, words, file, directory, run } kind = Kind::none;
  std::vector<std::string> words;  ///< of `words`
};
Candidates candidates(const Option& option);

/// A command of dtest as it is typed, what it does in a few words, and what its arguments are.
struct CommandWord {
  std::string name;
  Command command = Command::run;
  std::string summary;
  Candidates arguments;
};
std::vector<CommandWord> command_words();

/// The whole script: to be sourced by bash, or put where zsh or fish look for it.
std::string completion(Shell shell);

}  // namespace dtest::config
