// What must hold in every world, kept as it goes on. The first thing that does not is remembered.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "master/listener.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"
#include "scenario.hpp"
#include "sick_watch.hpp"

namespace dtest::simulation {

class Invariants {
 public:
  explicit Invariants(const Scenario& scenario) : scenario_(scenario), items_(scenario.items.size()), sick(scenario) {}

  /// Empty: everything held so far.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  void violated(const std::string& what) {
    if (violation_.empty()) violation_ = what;
  }

  // What really happens on the nodes.
  void execution_began(std::uint32_t item, std::uint32_t attempt, std::int64_t pid);
  void example_began(std::uint32_t item, std::uint32_t attempt, const std::string& id);
  void example_ended(std::uint32_t item, std::uint32_t attempt);
  /// `said`: the runner said that it is done with it, else it died.
  void execution_over(std::uint32_t item, std::uint32_t attempt, bool said);

  // What goes over the wire; `bodies` are the encoded ones.
  void published(const protocol::Result& result, const std::vector<std::string>& bodies);
  void sent(const protocol::Work& work);

  // What the master tells.
  /// Not clean: the node did not serve to the end.
  void gone(bool clean) { clean_ends_ += clean ? 1 : 0; }
  [[nodiscard]] bool no_node_served_to_the_end() const { return clean_ends_ == 0; }
  void reported(const protocol::Body& body);
  void decided(const protocol::ItemEnd& end, master::Decision decision);

  void cancelled() { cancelled_ = true; }
  /// The master says that the run is over.
  void finished(bool planned, bool no_node_left);
  void nothing_left(std::size_t processes, std::size_t sessions);

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }

 private:
  struct Item {
    std::uint32_t live = 0, attempt = 1, crashes = 0;
    bool over = false;
    std::map<std::string, int> announced;   ///< of this attempt, with the number of verdicts
    bool listed = false;
  };
  struct Wire {
    std::uint64_t credit = 0, accepted = 0, beat = 0, newest = 0, sent = 0;
    std::vector<std::size_t> reports;       ///< hashes, by number - 1
  };
  /// What really became of one try.
  struct Truth {
    bool done = false;
    std::optional<std::string> running;
  };
  void check_truth(const protocol::ItemEnd& end);
  void check_accepted(std::uint32_t id, const Item& item);
  Item* item(base::ItemId id, const char* what);

  const Scenario& scenario_;
  std::vector<Item> items_;
  std::map<base::Epoch, Wire> wires_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Truth> truth_;
  bool cancelled_ = false;
  std::size_t clean_ends_ = 0;
  std::uint64_t accepted_ = 0;
  std::string violation_;

 public:
  SickWatch sick;
};

}  // namespace dtest::simulation
