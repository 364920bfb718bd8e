// The manual pages and the example configuration say what the option table says.
#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "config/help.hpp"
#include "config/ini.hpp"
#include "config/option.hpp"
#include "config/settings.hpp"
#include "support.hpp"

namespace dtest::config {
namespace {

std::string page(const std::string& name) { return slurp(DTEST_SOURCE_ROOT "/man/" + name); }

// "Fl j , Fl -runners Ar N | Cm auto | Ar -K" as help writes it: "-j, --runners N|auto|-K".
std::string plain(const std::string& macros) {
  std::string text;
  bool flag = false;
  bool glue = true;
  for (const std::string& word : base::split(macros, ' ')) {
    if (word == "Ar" || word == "Cm" || word == "Op") continue;
    if (word == "Fl") flag = true;
    if (word == "Ns" || word == "|") glue = true;
    if (word == "|" || word == "=") text += word == "=" ? "[=" : "|";
    if (word == "Fl" || word == "Ns" || word == "|" || word == "=") continue;
    bool comma = word == ",";
    if (!text.empty() && !glue && !comma) text += ' ';
    text += (flag && !comma ? "-" : "") + word;
    flag = false;
    glue = false;
  }
  return text + (has(text, "[=") ? "]" : "");
}

// What the page's lists define with the macro: lines ".It Fl ..." or ".It Ic ...".
std::set<std::string> items(const std::string& text, const std::string& macro) {
  std::set<std::string> found;
  for (const std::string& line : base::split(text, '\n')) {
    if (line.starts_with(".It " + macro + " ")) found.insert(plain(line.substr(macro == "Fl" ? 4 : 5 + macro.size())));
  }
  return found;
}

bool of_dtest(const Option& option) {
  auto commands = commands_of(option);
  return std::any_of(commands.begin(), commands.end(), [](Command c) { return c != Command::daemon; });
}

std::set<std::string> usages(bool daemon) {
  std::set<std::string> all;
  for (const Option& option : option_table()) {
    if (daemon ? option.applies_to(Command::daemon) : of_dtest(option)) all.insert(usage(option));
  }
  return all;
}

std::set<std::string> environment(bool daemon) {
  std::set<std::string> all;
  for (const Option& option : option_table()) {
    bool here = daemon ? option.applies_to(Command::daemon) : of_dtest(option);
    if (here && !option.environment.empty()) all.insert(std::string(option.environment));
  }
  return all;
}

// The text of a page between ".Ss [section]" and the next heading.
std::string section_of(const std::string& text, std::string_view section) {
  std::size_t begin = text.find("\n.Ss [" + std::string(section) + "]\n");
  if (begin == std::string::npos) return {};
  std::size_t end = std::min(text.find("\n.Ss ", begin + 1), text.find("\n.Sh ", begin + 1));
  return text.substr(begin, end - begin);
}

std::set<std::string> sections() {
  std::set<std::string> all;
  for (const Option& option : option_table()) {
    if (!option.key.empty()) all.insert(std::string(option.key.substr(0, option.key.find('.'))));
  }
  return all;
}

// The example with every key in force: "#key = value" without its "#", prose left a comment.
std::string uncommented(const std::string& text) {
  std::string result;
  for (const std::string& line : base::split(text, '\n')) {
    bool prose = line.starts_with("# ") || !line.starts_with('#');
    result += (prose ? line : line.substr(1)) + "\n";
  }
  return result;
}

TEST(Plain, ReadsMdoc) {
  EXPECT_EQ(plain("Fl j , Fl -runners Ar N | Cm auto | Ar -K"), "-j, --runners N|auto|-K");
  EXPECT_EQ(plain("Fl -fail-fast Ns Op = Ns Ar N"), "--fail-fast[=N]");
  EXPECT_EQ(plain("Fl -color Cm auto | always | never"), "--color auto|always|never");
}

TEST(Pages, HaveEveryOptionAndNoOther) {
  EXPECT_EQ(items(page("dtest.1"), "Fl"), usages(false));
  EXPECT_EQ(items(page("dtestd.8"), "Fl"), usages(true));
}

TEST(Pages, HaveEveryVariable) {
  for (bool daemon : {false, true}) {
    std::string text = page(daemon ? "dtestd.8" : "dtest.1");
    for (const std::string& name : environment(daemon)) EXPECT_TRUE(has(text, "\n.It Ev " + name)) << name;
  }
}

TEST(Pages, MarkWhatMayBeRepeated) {
  std::vector<std::string> lines = base::split(page("dtest.1"), '\n');
  for (const Option& option : option_table()) {
    if (!of_dtest(option)) continue;
    auto item = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.starts_with(".It Fl ") && plain(line.substr(4)) == usage(option);
    });
    ASSERT_NE(item, lines.end()) << option.name;
    EXPECT_EQ(*(item + 1) == "*", option.repeatable) << option.name;
  }
}

TEST(Pages, HaveEveryKeyInItsSectionAndNoOther) {
  std::string text = page("distributest.conf.5");
  for (const std::string& section : sections()) {
    std::set<std::string> keys;
    for (const Option& option : option_table()) {
      if (option.key.starts_with(section + ".")) keys.insert(std::string(option.key.substr(section.size() + 1)));
    }
    EXPECT_EQ(items(section_of(text, section), "Ic"), keys) << section;
  }
  std::set<std::string> headings;
  for (const std::string& line : base::split(text, '\n')) {
    if (line.starts_with(".Ss [")) headings.insert(line.substr(5, line.size() - 6));
  }
  EXPECT_EQ(headings, sections());
}

TEST(Pages, TellTheDefaultsOfKeys) {
  std::string text = page("distributest.conf.5");
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    std::string section = section_of(text, option.key.substr(0, option.key.find('.')));
    std::size_t begin = section.find(".It Ic " + std::string(option.key.substr(option.key.find('.') + 1)) + "\n");
    ASSERT_NE(begin, std::string::npos) << option.key;
    std::string entry = section.substr(begin, section.find("\n.It ", begin) - begin);
    std::string standard(option.standard);
    EXPECT_TRUE(has(entry, standard.empty() ? "No default" : "Default:\n.Cm " + standard + " .")) << option.key;
  }
}

TEST(Pages, HaveTheSectionsThatReadersExpect) {
  for (const char* name : {"dtest.1", "dtestd.8", "distributest.conf.5", "dtest-runner.7"}) {
    std::string text = page(name);
    for (const char* heading : {"NAME", "SYNOPSIS", "DESCRIPTION", "FILES", "EXIT STATUS", "EXAMPLES", "SEE ALSO"}) {
      EXPECT_TRUE(has(text, std::string("\n.Sh ") + heading + "\n")) << name << " " << heading;
    }
  }
}

TEST(Pages, HaveTheExitCodesOfTheProgram) {
  std::string text = page("dtest.1");
  for (const char* code : {"0", "1", "3", "4", "64", "69", "70", "73", "78", "130", "143"}) {
    EXPECT_TRUE(has(text, std::string("\n.It ") + code + "\n")) << code;
  }
}

TEST(Example, ChangesNothingAsItIs) {
  EXPECT_TRUE(parse_ini("example", slurp(DTEST_SOURCE_ROOT "/etc/distributest.conf")).entries.empty());
}

TEST(Example, HasEveryKeyWithItsDefault) {
  IniFile file = parse_ini("example", uncommented(slurp(DTEST_SOURCE_ROOT "/etc/distributest.conf")));
  EXPECT_TRUE(file.warnings.empty());
  for (const Option& option : option_table()) {
    if (option.key.empty()) continue;
    auto entry =
        std::find_if(file.entries.begin(), file.entries.end(), [&](const auto& e) { return e.key == option.key; });
    ASSERT_NE(entry, file.entries.end()) << option.key;
    EXPECT_TRUE(option.standard.empty() || entry->value == option.standard) << option.key;
    EXPECT_EQ(error_of([&] { check_value(option, entry->value, {}); }).second, "") << option.key;
  }
}

}  // namespace
}  // namespace dtest::config
