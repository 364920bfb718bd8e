// What must hold in every world, kept as it goes on. The first thing that does not is remembered.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collector/event.hpp"
#include "master/listener.hpp"
#include "protocol/result.hpp"
#include "protocol/work.hpp"
#include "rules.hpp"
#include "scenario.hpp"
#include "sick_watch.hpp"

namespace dtest::simulation {

class Invariants {
 public:
  explicit Invariants(const Scenario& scenario);

  /// Empty: everything held so far.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  void violated(Rule rule, const std::string& what) {
    if (violation_.empty()) violation_ = std::string(kRuleNames[static_cast<std::size_t>(rule)]) + ": " + what;
  }

  // What really happens on the nodes.
  void execution_began(std::uint32_t item, std::uint32_t attempt, base::Slot slot, std::int64_t pid);
  void example_began(std::uint32_t item, std::uint32_t attempt, const std::string& id);
  void example_ended(std::uint32_t item, std::uint32_t attempt);
  /// After the kill of its session was sent.
  void ended_too_late(std::uint32_t item, std::uint32_t attempt, const std::string& id);
  /// Its session was killed meanwhile: how far it came is not known to the end.
  void not_heard_out(std::uint32_t item, std::uint32_t attempt) { truth_[{item, attempt}].whole = false; }
  void flooded() { ++floods_; }
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
  /// Comes before the `decided` of the attempt.
  void retried(const master::Retry& retry);
  void decided(const protocol::ItemEnd& end, master::Decision decision);
  /// What run.end says of the examples.
  void totals(const collector::Counts& counts);

  void cancelled() { cancelled_ = true; }
  /// The master says that the run is over.
  void finished(bool planned, bool no_node_left);
  void nothing_left(std::size_t processes, std::size_t sessions);

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  /// How often something was decided: does it go on?
  [[nodiscard]] std::uint64_t decisions() const { return decisions_; }

 private:
  /// What a try told of an example.
  struct Told {
    int verdicts = 0;
    std::optional<collector::Status> status;
  };
  using Examples = std::map<std::string, Told>;
  struct Item {
    std::uint32_t live = 0, attempt = 1, crashes = 0;
    bool over = false;
    std::vector<std::string> wanted;        ///< examples
    std::uint32_t executed = 0;             ///< the newest attempt that was
    Examples announced;                     ///< of this attempt
    Examples said;                          ///< by earlier ones, the newest word; of what it retries, too
    std::uint32_t root = 0;                 ///< what it retries at first, or itself
    bool listed = false;
  };
  struct Wire {
    std::uint64_t credit = 0, accepted = 0, beat = 0, newest = 0, sent = 0, ends = 0, acknowledged = 0;
    std::vector<std::size_t> reports;       ///< hashes, by number - 1
  };
  /// What really became of one try.
  struct Truth {
    bool done = false, whole = true;
    std::optional<std::string> running;
    std::set<std::string> too_late;  ///< ended after the kill
  };
  void check_header(const protocol::NodeHeader& header, Wire& wire);
  void check_reports(const protocol::Reports& reports, const std::vector<std::string>& bodies, Wire& wire);
  [[nodiscard]] std::uint64_t most_unacknowledged() const;
  [[nodiscard]] std::string told_status(base::ItemId item, base::Attempt attempt, const std::string& example) const;
  static void keep(Examples& announced, Examples& said);
  void check_truth(const protocol::ItemEnd& end);
  void check_notice(const protocol::Notice& notice);
  void check_accepted(std::uint32_t id, const Item& item);
  void check_slot(std::uint32_t item, std::uint32_t attempt, base::Slot slot);
  Item* item(base::ItemId id, const char* what);

  const Scenario& scenario_;
  std::vector<Item> items_;
  std::map<base::Epoch, Wire> wires_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Truth> truth_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<base::Slot>> named_;  ///< that alone may run that try
  bool cancelled_ = false;
  bool exact_ = true;  ///< every item so far was done: there are no other verdicts than those of runners
  std::uint64_t window_;
  std::uint64_t floods_ = 0, told_floods_ = 0;
  std::size_t clean_ends_ = 0;
  std::uint64_t accepted_ = 0, decisions_ = 0;
  std::string violation_;

 public:
  SickWatch sick;
};

}  // namespace dtest::simulation
