// The part of a session that sees to it that no two runners write to the same database, unless they may. Who says first
// that a database is its own keeps it for its slot's life; who comes second never gets an item.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "broker/session.hpp"

namespace dtest::broker {
namespace {

using SlotState = RunnerSlot::State;

constexpr std::size_t kMostNamed = 4;

// "a", "a and b", "a, b and c".
std::string list(const std::vector<std::string>& words) {
  if (words.size() < 2) return base::join(words, "");
  std::vector<std::string> first(words.begin(), words.end() - 1);
  return base::join(first, ", ") + " and " + words.back();
}

std::string runners(const std::set<base::Slot>& slots) {
  if (slots.size() > kMostNamed) return base::plural(slots.size(), "runner");
  std::vector<std::string> numbers;
  for (base::Slot slot : slots) numbers.push_back(std::to_string(slot.value));
  return "runners " + list(numbers);
}

// "shop_test" of "postgresql://localhost:5432/shop_test"; of a file its path in the project.
std::string short_name(const std::string& database, const std::string& project) {
  if (database.starts_with(project + "/")) return database.substr(project.size() + 1);
  return database.starts_with('/') ? database : database.substr(database.rfind('/') + 1);
}

// What to write in database.yml: each runner's number in the name, of a file before its extension.
std::string numbered(const std::string& name) {
  std::size_t dot = name.rfind('.');
  bool extension = dot != std::string::npos && name.find('/', dot) == std::string::npos;
  std::size_t at = extension ? dot : name.size();
  return name.substr(0, at) + "<%= ENV['TEST_ENV_NUMBER'] %>" + name.substr(at);
}

}  // namespace

std::uint32_t Session::usable() const {
  return static_cast<std::uint32_t>(
      std::count_if(runners_.begin(), runners_.end(), [](const RunnerSlot& r) { return !r.lost(); }));
}

bool Session::claim(const RunnerSlot& runner, const std::vector<std::string>& databases) {
  if (options_.share_database) return true;
  release(runner.slot());
  bool free = true;
  for (const std::string& database : databases) {
    auto holder = databases_.find(database);
    if (holder == databases_.end()) continue;
    free = false;
    shared_[database].insert({holder->second, runner.slot()});
  }
  if (free)
    for (const std::string& database : databases) databases_.emplace(database, runner.slot());
  return free;
}

void Session::release(base::Slot slot) {
  std::erase_if(databases_, [slot](const auto& entry) { return entry.second == slot; });
}

// Once, when all are known that would share: while the session works, that is when no runner is still to come.
void Session::tell_shared(base::Instant now) {
  if (shared_.empty()) return;
  bool more = std::any_of(runners_.begin(), runners_.end(), [](const RunnerSlot& r) {
    return r.state() == SlotState::empty || r.state() == SlotState::forking;
  });
  if (more && state_ == State::serving) return;
  std::map<std::set<base::Slot>, std::vector<std::string>> groups;
  for (const auto& [database, slots] : std::exchange(shared_, {}))
    groups[slots].push_back(short_name(database, options_.project));
  std::string left = usable() == 1 ? "one runner" : base::plural(usable(), "runner");
  for (const auto& [slots, names] : groups) {
    std::string what = names.size() == 1 ? "the database " : "the databases ";
    report(protocol::Notice{runners(slots) + " would share " + what + list(names) + ": going on with " + left +
                                ". Give each its own: database: " + numbered(names.front()) +
                                " in config/database.yml (see dtest-runner(7)); or allow it with --share-database",
                            "warn"}, true, now);
  }
}

}  // namespace dtest::broker
