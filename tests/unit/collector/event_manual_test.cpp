// dtest-events(7) names every kind and every field that the code has.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "collector/shape.hpp"
#include "event_samples.hpp"

namespace dtest::collector {
namespace {

// Collects the names of all fields, of nested structs too.
struct Names {
  std::set<std::string> found;

  template <class T> void operator()(std::string_view key, const T& value) {
    found.emplace(key);
    nested(value);
  }
  template <Shaped T> void nested(const T& value) { fields(*this, value); }
  template <class T> void nested(const std::vector<T>& list) {
    if constexpr (Shaped<T> && !std::is_same_v<T, Exception>) nested(T{});
    if constexpr (std::is_same_v<T, Exception>) {
      if (!list.empty()) nested(list.front());
    }
  }
  void nested(const RunStart& /*a kind*/) {}  // has an entry of its own
  void nested(const RunProgress& /*a kind*/) {}
  template <class T> void nested(const T& /*leaf*/) {}
};

std::string manual() {
  std::ostringstream page;
  page << std::ifstream(std::string(std::getenv("DTEST_SOURCE_ROOT")) + "/man/dtest-events.7").rdbuf();
  return page.str();
}

// The text from `head` to the next `end` behind it; empty when there is no such head.
std::string part_of(const std::string& text, const std::string& head, const std::string& end) {
  std::size_t from = text.find(head);
  if (from == std::string::npos) return "";
  std::size_t to = text.find(end, from + head.size() - 1);
  return text.substr(from, to == std::string::npos ? to : to - from);
}

// Whether a line of the macro .Va (or .It Va) has `name` among its words.
bool names_field(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".Va ") && !line.starts_with(".It Va ")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (word == name) return true;
    }
  }
  return false;
}

TEST(Manual, NamesEveryKindAndItsFields) {
  std::string page = manual();
  std::string shared = part_of(page, ".Sh SHARED FIELDS\n", "\n.Sh ");
  EXPECT_NE(shared, "");
  for (const Envelope& e : sample_events()) {
    std::string entry = part_of(page, ".It Li " + std::string(kind_name(e.event)) + "\n", "\n.It Li ");
    EXPECT_NE(entry, "") << kind_name(e.event);
    Names names;
    std::visit([&](const auto& event) { fields(names, event); }, e.event);
    for (const std::string& name : names.found) {
      EXPECT_TRUE(names_field(entry, name) || names_field(shared, name)) << kind_name(e.event) << ": " << name;
    }
  }
}

}  // namespace
}  // namespace dtest::collector
