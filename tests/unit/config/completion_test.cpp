// That every flag and command is in the script of every shell; the shells themselves are asked in tests/system.
#include "config/completion.hpp"

#include "support.hpp"

namespace dtest::config {
namespace {

TEST(Completion, EveryCommandIsExplained) {
  for (const CommandWord& word : command_words()) EXPECT_FALSE(word.summary.empty()) << word.name;
}

TEST(Completion, HasEveryCommandAndEveryFlag) {
  for (Shell shell : {Shell::bash, Shell::zsh, Shell::fish}) {
    const std::string text = completion(shell);
    for (const CommandWord& word : command_words()) EXPECT_TRUE(has(text, word.name)) << word.name;
    for (const Option& option : option_table()) {
      const std::string name(option.name);
      EXPECT_TRUE(has(text, shell == Shell::fish ? " -l " + name + " " : "--" + name)) << name;
      if (option.kind == Kind::choice) EXPECT_FALSE(candidates(option).words.empty()) << name;
    }
  }
}

}  // namespace
}  // namespace dtest::config
