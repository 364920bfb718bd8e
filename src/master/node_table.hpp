// The nodes of a run, and which of them is the next to be looked at: so that no step costs more because there are many.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "master/node_link.hpp"
#include "protocol/report.hpp"

namespace dtest::master {

/// What the master knows of a node.
struct KnownNode {
  NodeLink link;
  std::uint32_t weight = 1;
  std::set<base::Slot> up{};             ///< runners that are ready
  std::size_t in_flight = 0;             ///< items
  std::uint64_t given_back = 0;          ///< items, since it is being drained
  bool ending = false;                   ///< bye was said
  bool failed = false;                   ///< its boot process could not: no other session there
  bool served = false;                   ///< it had a runner
  std::string left_out{};                ///< why it gets no other session although it could
  std::optional<protocol::Plan> plan{};  ///< parts so far
};

/// By name; none is ever taken out. Whoever asks for a node that is not constant may change it until the next question
/// (due, next_deadline, best): what was known of its timers and its credit is looked at anew then.
class NodeTable {
  /// What was seen of a node when it was looked at last.
  struct Seen {
    bool touched = false;
    base::Instant due = base::kNever;
    bool serves = false;        ///< it could take items, if it has credit
    bool free = false;          ///< some runner of it has nothing to do
    std::uint64_t credit = 0;   ///< by its weight
  };
  struct Entry : KnownNode {
    mutable Seen seen{};
  };
  using Map = std::map<std::string, Entry>;
  using Place = Map::value_type;

 public:
  std::pair<Map::iterator, bool> try_emplace(const std::string& name, KnownNode node);
  Map::iterator find(const std::string& name);
  [[nodiscard]] Map::const_iterator find(const std::string& name) const { return nodes_.find(name); }
  /// All of them: costs as much as there are. Looking alone is cheaper with a constant table.
  Map::iterator begin();
  Map::iterator end() { return nodes_.end(); }
  [[nodiscard]] Map::const_iterator begin() const { return nodes_.begin(); }
  [[nodiscard]] Map::const_iterator end() const { return nodes_.end(); }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }

  /// Those with a deadline that has come.
  std::vector<KnownNode*> due(base::Instant now);
  [[nodiscard]] base::Instant next_deadline() const;
  /// Of those that serve the run and were heard of lately one with a free runner, if there is one, and of several the
  /// one with most credit, which may be none. Null: there is no such node.
  KnownNode* best(base::Instant now);

 private:
  struct Sooner {
    bool operator()(const Place* a, const Place* b) const;
  };
  struct Better {
    bool operator()(const Place* a, const Place* b) const;
  };
  void touch(Place& place);
  void look() const;

  Map nodes_;
  // What follows from the nodes. The sets are ordered by what was seen.
  mutable std::vector<const Place*> touched_;
  mutable std::set<const Place*, Sooner> dues_;
  mutable std::set<const Place*, Better> offers_;
};

}  // namespace dtest::master
