// doc/protocol.md against the code: its tables name every message and key, and its grammar is the codec's own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "grammar.hpp"
#include "pack_bytes.hpp"
#include "samples.hpp"

namespace dtest::protocol {
namespace {

std::string page_path() { return std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/doc/protocol.md"; }

std::string page() {
  std::ostringstream text;
  text << std::ifstream(page_path()).rdbuf();
  return text.str();
}

/// What stands below a heading, up to the next one of any level.
std::string section(const std::string& heading) {
  const std::string text = page();
  const std::size_t at = text.find("\n" + heading);
  if (at == std::string::npos) return "";
  const std::size_t begin = text.find('\n', at + 1);
  return text.substr(begin, text.find("\n#", begin) - begin);
}

/// Cells of each row, without the head of the table.
std::vector<std::vector<std::string>> rows(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] != '|' || line.starts_with("|---") || line.starts_with("| k |")) continue;
    std::vector<std::string> cells;
    std::istringstream parts(line.substr(1));
    for (std::string cell; std::getline(parts, cell, '|');) {
      const std::size_t first = cell.find_first_not_of(' ');
      cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    rows.push_back(cells);
  }
  return rows;
}

/// What stands between backquotes, up to where it is no name.
std::set<std::string> quoted(const std::string& text) {
  std::set<std::string> words;
  for (std::size_t at = text.find('`'); at != std::string::npos; at = text.find('`', at + 1)) {
    const std::size_t end = text.find('`', at + 1);
    if (end == std::string::npos) break;
    words.insert(text.substr(at + 1, end - at - 1));
    at = end;
  }
  return words;
}

struct Table {
  const char* link;
  std::vector<const char*> sections;
  std::string common;  ///< where keys stand that all of them have
};

std::vector<Table> tables() {
  return {{"w", {"## 4."}, "`v` `k`"},
          {"r", {"## 5."}, section("## 5.")},
          {"b", {"## 6."}, "`k`"},
          {"j", {"### 7.1", "### 7.2"}, "`v` `k`"},
          {"o", {"### 7.3"}, section("### 7.3").substr(0, section("### 7.3").find("\n|"))}};
}

// "as §6" and "§6.1" stand for what is said there.
std::string with_references(const std::string& row, const std::string& kind) {
  std::string text = row;
  if (row.find("§6.1") != std::string::npos) text += section("### 6.1");
  if (row.find("§8") != std::string::npos) text += section("## 8.");
  if (row.find("as §6") != std::string::npos)
    for (const auto& cells : rows(section("## 6.")))
      if (quoted(cells[0]).contains(kind)) text += cells[1];
  return text;
}

TEST(Page, ItsTablesNameEveryMessageAndKey) {
  const auto code = keys_of_messages();
  std::set<std::pair<std::string, std::string>> named;
  for (const Table& table : tables()) {
    for (const char* heading : table.sections) {
      for (const auto& cells : rows(section(heading))) {
        for (const std::string& kind : quoted(cells[0])) {
          named.insert({table.link, kind});
          auto known = code.find({table.link, kind});
          ASSERT_NE(known, code.end()) << heading << " has `" << kind << "`, the code does not";
          std::string row;
          for (std::size_t i = 1; i < cells.size(); ++i) row += cells[i] + " ";
          const std::set<std::string> said = quoted(with_references(row, kind) + table.common);
          for (const std::string& key : known->second)
            EXPECT_TRUE(said.contains(key)) << heading << ": the row of `" << kind << "` lacks `" << key << "`";
        }
      }
    }
  }
  for (const auto& [message, keys] : code)
    EXPECT_TRUE(named.contains(message)) << "no table has the message " << message.second << " (" << message.first
                                         << ")";
}

TEST(Page, ItsGrammarIsThatOfTheCodec) {
  const std::string fence = "```cddl\n";
  std::string text = page();
  const std::size_t begin = text.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = text.find("```", begin + fence.size());
  const std::string told = text.substr(begin + fence.size(), end - begin - fence.size());
  if (std::getenv("DTEST_REGENERATE") != nullptr) {
    text.replace(begin + fence.size(), told.size(), grammar());
    std::ofstream(page_path()) << text;
    GTEST_SKIP() << "rewrote the grammar in " << page_path();
  }
  EXPECT_EQ(told, grammar()) << "DTEST_REGENERATE=1 rewrites it";
}

// So the golden bytes of a kind show each of its keys at least once.
TEST(Page, EveryKeyHasGoldenBytes) {
  std::map<std::string, std::set<std::string>> seen;
  const auto add = [&seen](const std::string& name, const std::string& bytes) {
    for (const std::string& key : keys(bytes)) seen[name].insert(key);
  };
  for (const Sample& sample : samples()) {
    std::string name = sample.name;
    // "w-item" and those that follow it: "w-item-bare", "w-item-2".
    name.resize(name.find('-', name.find('-') + 1) == std::string::npos ? name.size()
                                                                        : name.find('-', name.find('-') + 1));
    add(name, sample.bytes);
  }
  for (const Body& body : sample_bodies()) {
    const std::string bytes = encode(body), shown = readable(bytes);
    const std::size_t kind = shown.find("\"k\": \"") + 6;
    add("b-" + shown.substr(kind, shown.find('"', kind) - kind), bytes);
  }
  for (const auto& [message, wanted] : keys_of_messages())
    for (const std::string& key : wanted)
      EXPECT_TRUE(seen[message.first + "-" + message.second].contains(key))
          << "no golden bytes of " << message.second << " (" << message.first << ") have `" << key << "`";
}

}  // namespace
}  // namespace dtest::protocol
