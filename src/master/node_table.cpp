#include "master/node_table.hpp"

#include <tuple>

namespace dtest::master {

bool NodeTable::Sooner::operator()(const Place* a, const Place* b) const {
  return std::tie(a->second.seen.due, a->first) < std::tie(b->second.seen.due, b->first);
}

bool NodeTable::Better::operator()(const Place* a, const Place* b) const {
  const Seen &one = a->second.seen, &other = b->second.seen;
  if (one.free != other.free) return one.free;
  if (one.credit != other.credit) return one.credit > other.credit;
  return a->first < b->first;
}

std::pair<NodeTable::Map::iterator, bool> NodeTable::try_emplace(const std::string& name, KnownNode node) {
  auto made = nodes_.try_emplace(name, Entry{std::move(node)});
  touch(*made.first);
  return made;
}

NodeTable::Map::iterator NodeTable::find(const std::string& name) {
  auto at = nodes_.find(name);
  if (at != nodes_.end()) touch(*at);
  return at;
}

NodeTable::Map::iterator NodeTable::begin() {
  for (Place& place : nodes_) touch(place);
  return nodes_.begin();
}

void NodeTable::touch(Place& place) {
  if (!place.second.seen.touched) touched_.push_back(&place);
  place.second.seen.touched = true;
}

// A place is taken out of the sets before what they are ordered by changes.
void NodeTable::look() const {
  for (const Place* place : touched_) {
    const Entry& node = place->second;
    Seen now;
    now.due = node.link.next_deadline();
    now.serves = node.link.state() == NodeLink::State::live && !node.failed;
    now.free = node.in_flight < node.up.size();
    now.credit = now.serves ? node.link.free_credit() * node.weight : 0;
    if (node.seen.due != base::kNever) dues_.erase(place);
    if (node.seen.serves) offers_.erase(place);
    node.seen = now;
    if (now.due != base::kNever) dues_.insert(place);
    if (now.serves) offers_.insert(place);
  }
  touched_.clear();
}

std::vector<KnownNode*> NodeTable::due(base::Instant now) {
  look();
  std::vector<KnownNode*> nodes;
  for (const Place* place : dues_) {
    if (place->second.seen.due > now) break;
    nodes.push_back(&find(place->first)->second);
  }
  return nodes;
}

base::Instant NodeTable::next_deadline() const {
  look();
  return dues_.empty() ? base::kNever : (*dues_.begin())->second.seen.due;
}

KnownNode* NodeTable::best(base::Instant now) {
  look();
  for (const Place* place : offers_)
    if (!place->second.link.silent(now)) return &find(place->first)->second;
  return nullptr;
}

}  // namespace dtest::master
