// Who is there, and what stands where: the runners of every node and the attempts that they are at. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "collector/event.hpp"

namespace dtest::collector {

struct RunnerRecord {
  std::uint32_t incarnation = 0;
  base::Instant since;             ///< when the cause of the next boot began: node joined, or process ended
  std::uint32_t position = 0;      ///< files that this incarnation began
  std::string path, last_test;     ///< of the file that it is at or was last at
};

/// An attempt that was started and is not over.
struct Flight {
  base::Attempt attempt;
  Place place;
  base::Instant begun;
};

class Roster {
 public:
  using Key = std::pair<std::string, std::uint32_t>;

  void node_joined(const std::string& node, base::Instant now) { joined_[node] = now; }
  /// Forgets its runners; flights are ended one by one.
  void node_gone(const std::string& node);
  /// When the node joined; `now` when it never did.
  [[nodiscard]] base::Instant joined(const std::string& node, base::Instant now) const;
  /// Those that joined and are not gone, by name.
  [[nodiscard]] std::vector<std::string> nodes() const;
  /// Made when it is new; references stay valid until its node is gone.
  RunnerRecord& runner(const Place& place, base::Instant now);

  void took_off(base::ItemId item, Flight flight) { flights_.insert_or_assign(item, std::move(flight)); }
  [[nodiscard]] const Flight* flight(base::ItemId item) const;
  void landed(base::ItemId item) { flights_.erase(item); }
  [[nodiscard]] const std::map<base::ItemId, Flight>& flights() const { return flights_; }

 private:
  std::map<std::string, base::Instant> joined_;
  std::map<Key, RunnerRecord> runners_;
  std::map<base::ItemId, Flight> flights_;
};

}  // namespace dtest::collector
