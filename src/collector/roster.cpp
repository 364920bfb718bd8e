#include "collector/roster.hpp"

namespace dtest::collector {

void Roster::node_gone(const std::string& node) {
  auto first = runners_.lower_bound({node, 0});
  auto last = first;
  while (last != runners_.end() && last->first.first == node) ++last;
  runners_.erase(first, last);
  joined_.erase(node);
}

base::Instant Roster::joined(const std::string& node, base::Instant now) const {
  auto known = joined_.find(node);
  return known == joined_.end() ? now : known->second;
}

std::vector<std::string> Roster::nodes() const {
  std::vector<std::string> names;
  for (const auto& [name, when] : joined_) names.push_back(name);
  return names;
}

RunnerRecord& Roster::runner(const Place& place, base::Instant now) {
  auto [known, fresh] = runners_.try_emplace({place.node, place.runner});
  if (fresh) known->second.since = joined(place.node, now);
  return known->second;
}

const Flight* Roster::flight(base::ItemId item) const {
  auto known = flights_.find(item);
  return known == flights_.end() ? nullptr : &known->second;
}

}  // namespace dtest::collector
