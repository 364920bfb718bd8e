// Runners that fail all they run: what the master makes of them must be true (doc/protocol.md §12).
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "master/limits.hpp"
#include "master/listener.hpp"
#include "protocol/work.hpp"
#include "scenario.hpp"

namespace dtest::simulation {

/// Knows who is sick, and hears what the master hears. Each call returns what is wrong; empty: nothing.
class SickWatch {
 public:
  explicit SickWatch(const Scenario& scenario);

  /// A sick runner runs that attempt, and makes all of it fail.
  void ran(std::uint32_t item, std::uint32_t attempt) { sick_.insert({item, attempt}); }
  [[nodiscard]] bool is_sick(std::uint32_t item, std::uint32_t attempt) const {
    return sick_.contains({item, attempt});
  }

  void heard(const std::string& node, const protocol::Body& body, base::Instant now);
  void held(const protocol::ItemEnd& end);
  std::string decided(const protocol::ItemEnd& end, master::Decision decision);
  std::string found(const master::Finding& finding);
  void ordered(std::size_t node, const protocol::SlotOrders& orders, base::Instant now);
  std::string given(std::size_t node, base::Slot slot, base::Incarnation incarnation,
                                  base::Instant now) const;

 private:
  using Name = std::pair<std::string, std::uint32_t>;
  struct Runner {
    bool up = false, rests = false, tainted = false;
    base::Instant passed{};       ///< when an example passed last
    std::uint64_t row = 0;        ///< sick ends in a row
    std::uint64_t threshold = master::Limits().breaker;
    base::Instant since{};        ///< when the first of them began
  };
  struct Try {
    Name where;
    base::Instant began;
  };
  [[nodiscard]] bool others_are_well(const Name& name) const;
  void count(const protocol::ItemEnd& end);

  bool calm_;                     ///< nothing but sickness is wrong with this world
  std::set<std::pair<std::uint32_t, std::uint32_t>> sick_;
  std::map<Name, Runner> runners_;
  std::map<std::uint32_t, Try> tries_;                 ///< the newest of each item
  std::map<std::uint32_t, Name> suspects_;             ///< of items that are tried elsewhere
  struct Order {
    base::Instant since;                               ///< when its node was told first
    std::uint32_t last = 0;                            ///< the last incarnation that it is for
  };
  std::map<Name, Order> resting_;
};

}  // namespace dtest::simulation
