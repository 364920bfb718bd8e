#include "transition_table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

#include "known_rows.hpp"

namespace dtest::simulation {
namespace {

using O = Occasion;
using Names = std::vector<std::string>;

constexpr std::size_t kMachines = static_cast<std::size_t>(Machine::kCount);
constexpr std::size_t kOccasions = static_cast<std::size_t>(O::kCount);

const std::array<Names, kMachines> kStates{
    Names{"none", "opening", "serving", "draining", "leaving", "closing", "closed"},
    Names{"empty", "forking", "idle", "busy", "dying", "leaving", "broken"}, Names{"greeting", "live", "gone"}};
// Needs an order for a slot whose process has just died together with its boot process: not in each 10,000 seeds.
// Slots.WhenAllAreStoppedThatHaveNoProcessTheSessionSaysSo has it.
constexpr std::string_view kRare = "### 10.2 | empty, told to `stop` | at once | broken";
const std::array<const char*, kMachines> kHeadings{"### 10.1", "### 10.2", "### 10.3"};
const std::array<std::string_view, kOccasions> kOccasionNames{"hello",
                                                              "hello of the same number",
                                                              "hello of a lower number",
                                                              "hello of a higher number",
                                                              "W of another epoch",
                                                              "item",
                                                              "ping",
                                                              "cancel drain",
                                                              "cancel kill",
                                                              "bye",
                                                              "node_setup worked",
                                                              "node_setup failed",
                                                              "runner_setup worked",
                                                              "runner_setup failed",
                                                              "plan",
                                                              "loaded",
                                                              "bootfail",
                                                              "words of boot",
                                                              "end of boot",
                                                              "end of boot with 78",
                                                              "boot is killed",
                                                              "ready",
                                                              "list",
                                                              "done",
                                                              "loading",
                                                              "words of a runner",
                                                              "end of a process",
                                                              "nothing is left",
                                                              "fenced",
                                                              "told to stop",
                                                              "workspace made",
                                                              "no workspace",
                                                              "synced",
                                                              "orders for slots",
                                                              "R with its number",
                                                              "refused",
                                                              "nosession",
                                                              "reports",
                                                              "R of another epoch",
                                                              "link lost",
                                                              "connections up",
                                                              "the run moves on",
                                                              "time",
                                                              "something elsewhere"};

struct Row {
  Machine machine{};
  std::string text;
  std::set<std::size_t> from, to;
  bool same = false;
  std::vector<Occasion> occasions;
  bool at_once = false, seen = false;

  [[nodiscard]] bool leads(std::size_t a, std::size_t b) const {
    return from.contains(a) && (same ? a == b : to.contains(b));
  }
  [[nodiscard]] bool allows(std::size_t a, O occasion, std::size_t b) const {
    return leads(a, b) && std::find(occasions.begin(), occasions.end(), occasion) != occasions.end();
  }
};

std::string without(std::string text, char c) {
  text.erase(std::remove(text.begin(), text.end(), c), text.end());
  return text;
}

bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || std::isalpha(static_cast<unsigned char>(text[at - 1])) == 0;
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || std::isalpha(static_cast<unsigned char>(text[end])) == 0)) return true;
  }
  return false;
}

// "opening, serving", "any", "any before closing", "leaving, in a session that works".
std::set<std::size_t> states_in(const std::string& cell, const Names& names) {
  std::set<std::size_t> states;
  const bool any = has_word(cell, "any");
  const std::size_t before = cell.find("any before ");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (before != std::string::npos) {
      if (i > 0 && names[i] == cell.substr(before + 11)) break;
      if (i > 0) states.insert(i);
    } else if (any || has_word(cell, names[i])) {
      states.insert(i);
    }
  }
  return states;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream parts(line.substr(1));
  for (std::string cell; std::getline(parts, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
  }
  return cells;
}

class Tables {
 public:
  explicit Tables(const std::string& page) {
    std::ifstream file(page);
    std::size_t machine = kMachines;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("#")) {
        machine = kMachines;
        for (std::size_t i = 0; i < kMachines; ++i)
          if (line.starts_with(kHeadings[i])) machine = i;
      } else if (machine < kMachines && line.starts_with("| ") && !line.starts_with("| state")) {
        read(static_cast<Machine>(machine), cells_of(line));
      }
    }
    if (rows_.empty()) problems_.push_back("no state tables in " + page);
  }

  std::vector<std::string> compare(const Transitions& seen, bool every_row) {
    for (std::size_t m = 0; m < kMachines; ++m)
      for (std::size_t from = 0; from < kStates[m].size(); ++from)
        for (std::size_t o = 0; o < kOccasions; ++o)
          for (std::size_t to = 0; to < kStates[m].size(); ++to)
            if (seen.has(static_cast<Machine>(m), from, static_cast<O>(o), to))
              look(static_cast<Machine>(m), from, static_cast<O>(o), to);
    for (const Row& row : rows_)
      if (every_row && !row.seen && row.text != kRare) problems_.push_back("never happened: " + row.text);
    return problems_;
  }

 private:
  void read(Machine machine, const std::vector<std::string>& cells) {
    const Names& names = kStates[static_cast<std::size_t>(machine)];
    const std::string event = without(cells[1], '`'), heading = kHeadings[static_cast<std::size_t>(machine)];
    Row row{machine,
            heading + " | " + cells[0] + " | " + cells[1] + " | " + cells[2],
            states_in(cells[0], names),
            {},
            {},
            {},
            false,
            false};
    row.same = cells[2] == "same";
    row.to = states_in(cells[2], names);
    const auto& known = known_rows();
    const auto at = std::find_if(known.begin(), known.end(),
                                 [&](const KnownRow& k) { return k.machine == machine && k.event == event; });
    if (at == known.end()) {
      problems_.push_back("nobody says how to recognise: " + row.text);
      return;
    }
    row.occasions = at->occasions;
    row.at_once = at->at_once;
    rows_.push_back(row);
  }

  // Rows that change nothing need not be there; each change must be, in one row or in several that follow at once.
  void look(Machine machine, std::size_t from, O occasion, std::size_t to) {
    bool found = from == to;
    for (Row& row : rows_) {
      if (row.machine != machine || !row.allows(from, occasion, to)) continue;
      row.seen = found = true;
    }
    if (!found) found = follows(machine, from, occasion, to);
    if (found) return;
    const Names& names = kStates[static_cast<std::size_t>(machine)];
    problems_.push_back(std::string(kHeadings[static_cast<std::size_t>(machine)]) + " has no row for: " + names[from] +
                        " | " + std::string(kOccasionNames[static_cast<std::size_t>(occasion)]) + " | " + names[to]);
  }

  bool follows(Machine machine, std::size_t from, O occasion, std::size_t to) {
    for (Row& first : rows_) {
      for (std::size_t middle = 0; middle < kStates[static_cast<std::size_t>(machine)].size(); ++middle) {
        if (first.machine != machine || !first.allows(from, occasion, middle)) continue;
        for (Row& second : rows_)
          if (second.machine == machine && second.at_once && second.leads(middle, to))
            return first.seen = second.seen = true;
      }
    }
    return false;
  }

  std::vector<Row> rows_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> compare_with_page(const Transitions& seen, const std::string& page, bool every_row) {
  return Tables(page).compare(seen, every_row);
}

}  // namespace dtest::simulation
