#include <map>
#include <set>

#include "config/option.hpp"
#include "config/settings.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

TEST(OptionTable, NamesAndLettersAreUniquePerCommand) {
  std::set<std::pair<Command, std::string>> names;
  std::set<std::pair<Command, char>> letters;
  for (const Option& option : option_table()) {
    EXPECT_FALSE(commands_of(option).empty()) << option.name;
    for (Command command : commands_of(option)) {
      EXPECT_TRUE(names.emplace(command, option.name).second) << option.name;
      bool free = option.letter == 0 || letters.emplace(command, option.letter).second;
      EXPECT_TRUE(free) << option.letter;
      EXPECT_EQ(find_option(command, option.name), &option);
    }
  }
}

TEST(OptionTable, KeysAreUniqueAndInASection) {
  std::set<std::string_view> keys;
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_NE(option.key.find('.'), std::string_view::npos) << option.key;
    EXPECT_EQ(find_key(option.key), &option);
  }
}

TEST(OptionTable, DefaultsAndLoneMeaningsAreValues) {
  for (const Option& option : option_table()) {
    EXPECT_EQ(option.kind == Kind::flag, option.value.empty()) << option.name;
    for (std::string_view text : {option.standard, option.alone}) {
      if (text.empty()) continue;
      EXPECT_EQ(error_of([&] { check_value(option, std::string(text), {}); }).second, "") << option.name;
    }
    EXPECT_TRUE(option.kind != Kind::flag || option.standard != option.alone) << option.name;
  }
}

TEST(OptionTable, DashNIsUnbound) {
  for (const Option& option : option_table()) EXPECT_NE(option.letter, 'n');
}

}  // namespace
}  // namespace dtest::config
