// The circuit breaker: which runner fails where others do not (doc/protocol.md §12). Pure; owned by Master.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "master/finding.hpp"
#include "master/limits.hpp"
#include "protocol/report.hpp"
#include "protocol/work.hpp"

namespace dtest::master {

/// Hears what runners do and says which ends are to be held, which held ones stand, and which are tried elsewhere.
class Breaker {
 public:
  explicit Breaker(const Limits& limits) : limits_(limits) {}

  // What is heard.
  void joined(const std::string& node, std::uint32_t runners);
  void gone(const std::string& node);
  void heard(const std::string& node, const protocol::Body& body, base::Instant now);
  /// An item is over; it is told in the order of the reports. `final`: no other attempt follows by itself. True: its
  /// end is to be held until take() says what becomes of it.
  bool ended(const std::string& node, const protocol::ItemEnd& end, bool final, base::Instant now);
  /// An item that is tried elsewhere will not be tried any more.
  void dropped(base::ItemId item);

  /// What follows; each is said once.
  struct Rulings {
    std::vector<base::ItemId> stand;    ///< held ends that count
    std::vector<base::ItemId> again;    ///< held ends whose items are to be tried elsewhere
    std::vector<Finding> findings;
    std::set<std::string> nodes;        ///< whose orders have changed
  };
  Rulings take(base::Instant now);
  /// Nothing more can be learned: every held end stands, and nobody rests.
  Rulings give_up();

  /// Where this item may run at a node, if it is tried elsewhere; none: nowhere there, for now.
  [[nodiscard]] bool is_tried(base::ItemId item) const { return trials_.contains(item); }
  [[nodiscard]] std::vector<base::Slot> fit(const std::string& node, base::ItemId item) const;
  /// Where at a node an item may be tried again that crashed there: any other slot that works. None: there is none, or
  /// it did not crash there lately.
  [[nodiscard]] std::vector<base::Slot> besides(const std::string& node, base::ItemId item) const;
  /// Where at a node a retry may run: slots without a row of suspicious ends. None: none has one, or each of them.
  [[nodiscard]] std::vector<base::Slot> steady(const std::string& node) const;
  /// Some slot of it has such a row, and none that works is without.
  [[nodiscard]] bool is_shaky(const std::string& node) const;
  [[nodiscard]] std::vector<protocol::SlotOrder> orders(const std::string& node) const;
  /// Each of its runners was stopped.
  [[nodiscard]] bool is_spent(const std::string& node) const;
  [[nodiscard]] base::Instant next_deadline() const;

 private:
  enum class State {
    closed,   ///< it works
    waiting,  ///< it rests: nobody has shown yet that files pass elsewhere
    probing,  ///< it rests: some of its files are tried elsewhere
    trying,   ///< it rests: all of them are
    stopped,
  };
  struct Held {
    base::ItemId item;
    std::string type;  ///< class of the first exception
  };
  struct Crashes {                                ///< in a row, with no example that passed
    std::uint64_t count = 0;
    base::Instant since{};
    base::ItemId first_item;
    std::optional<base::ItemId> before;           ///< what the process ran before it
    std::uint64_t shared = 0, otherwise = 0, fine = 0;  ///< what became of those elsewhere
  };
  struct Runner {
    base::Incarnation incarnation{0};
    bool up = false, was_up = false;
    std::optional<base::ItemId> last;             ///< the newest item that it began
    std::optional<base::ItemId> previous;         ///< the one before
    // The item that is open.
    std::optional<base::ItemId> item;
    base::Instant began{};
    std::uint64_t good = 0, bad = 0;
    bool outside = false;                         ///< it had an error outside its examples
    std::optional<protocol::Exception> first;     ///< of its first bad example
    std::optional<base::Instant> passed;          ///< when an example passed last
    // Suspicious ends in a row.
    State state = State::closed;
    std::vector<Held> row;                        ///< the last of them, that are held
    std::uint64_t count = 0;
    base::Instant since{};                        ///< when the first of them began
    std::optional<protocol::Exception> error;     ///< of the first of them
    base::ItemId first_item;
    std::optional<base::ItemId> before;           ///< what this process ran before it
    base::Instant until = base::kNever;           ///< how long it rests while there is nobody to compare with
    // What became of them elsewhere.
    std::uint64_t open = 0, shared = 0, otherwise = 0, fine = 0;
    std::uint32_t cleared = 0;                    ///< how often it was for nothing
    std::uint32_t renewed = 0;
    base::Incarnation old{0};                     ///< the last one that was replaced
    Crashes crashes;
  };
  using Name = std::pair<std::string, base::Slot>;
  struct Trial {
    Name suspect;
    base::Instant since;
    std::string type;
    bool counts = true;                           ///< its suspect still waits for it
  };

  void up(const Name& name, base::Incarnation incarnation);
  void down(const Name& name);
  void start(const Name& name, base::ItemId item, base::Instant now);
  static void on_example(Runner& runner, const protocol::Example& example, base::Instant now);
  Runner* who_has(base::ItemId item);
  void end_trial(const Trial& trial, const Runner& runner, const protocol::ItemEnd& end);
  void take_crash(const Name& name, Runner& runner, const protocol::ItemEnd& end, bool final);
  void weigh_crashes(const Name& name, Runner& runner);
  void forget_crashes(const Name& name, Runner& runner);
  void hold(const Name& name, Runner& runner, const protocol::ItemEnd& end);
  [[nodiscard]] bool is_suspicious(const Runner& runner, const protocol::ItemEnd& end) const;
  [[nodiscard]] std::uint64_t threshold(const Runner& runner) const;
  [[nodiscard]] static bool works(const Runner& runner) { return runner.up && runner.state == State::closed; }
  [[nodiscard]] static bool rests(const Runner& runner) {
    return runner.state == State::waiting || runner.state == State::probing || runner.state == State::trying;
  }
  /// It was stopped, or its process is being replaced.
  [[nodiscard]] static bool is_done_with(const Runner& runner) {
    return runner.state == State::stopped || (runner.renewed > 0 && runner.incarnation <= runner.old);
  }
  [[nodiscard]] static bool is_fit(const Runner& runner, base::Instant since) {
    return works(runner) && runner.passed && *runner.passed >= since;
  }
  [[nodiscard]] static bool is_steady(const Runner& runner);
  [[nodiscard]] static int fitness(const Runner& runner, base::Instant since);
  [[nodiscard]] bool any_fit(const Name& suspect) const;
  [[nodiscard]] bool any_hope(const Name& suspect) const;
  [[nodiscard]] bool any_other(const Name& suspect) const;
  [[nodiscard]] bool unheard() const;
  void advance(const Name& name, Runner& runner, base::Instant now);
  void compare(const Name& name, Runner& runner, base::Instant now);
  void weigh(const Name& name, Runner& runner);
  void probe(const Name& name, Runner& runner, std::size_t most);
  void try_elsewhere(const Name& name, Runner& runner, Held held, bool counts);
  void conclude(const Name& name, Runner& runner);
  void clear(const Name& name, Runner& runner);
  void close(const Name& name, Runner& runner);
  void stand(Runner& runner);
  void tell(const Name& name, const Runner& runner, Finding::What what);

  const Limits& limits_;
  std::map<Name, Runner> runners_;
  std::map<std::string, std::uint32_t> asked_;    ///< runners by node
  std::map<base::ItemId, Name> open_;             ///< who has it open
  std::set<Name> alert_;                          ///< who rests, or has failed often enough for it
  std::map<base::ItemId, Trial> trials_;
  std::map<base::ItemId, Name> crashed_;          ///< where it did, if that is of the row, and had no end elsewhere yet
  Rulings rulings_;
};

}  // namespace dtest::master
