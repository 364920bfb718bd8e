// The smallest part of a list that still makes something fail, by delta debugging: algorithm ddmin of Andreas Zeller and
// Ralf Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE Transactions on Software Engineering 28(2),
// 2002. The tests of a round are side by side here, and the first one that fails ends the round.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace dtest::schedule {

/// Pure. The caller knows that the whole list fails and that nothing of it does not.
class Ddmin {
 public:
  /// Indexes into the list, rising.
  using Part = std::vector<std::size_t>;
  struct Trial {
    std::uint64_t number = 0;
    Part part;
  };

  /// `count`: length of the list. `width`: trials that can run at the same time.
  Ddmin(std::size_t count, std::size_t width);

  /// A trial that is to be started; nothing while the round only waits for those that run, and when it is done.
  std::optional<Trial> next();
  /// What came of one. Returns those that run and do not matter any more: their ends need not be told.
  std::vector<std::uint64_t> take(std::uint64_t number, bool fails);
  [[nodiscard]] bool done() const { return done_; }
  /// Fails, as far as is known. When it is done, it does not without any one of its elements.
  [[nodiscard]] const Part& smallest() const { return smallest_; }

 private:
  void begin_round();
  void offer_rests();
  void offer(Part part);
  void advance();

  std::size_t width_;
  Part smallest_;
  std::size_t pieces_ = 2;         ///< of this round
  bool rests_ = false;             ///< the pieces were tried: now what is left without each
  bool done_ = false;
  std::deque<Part> waiting_;       ///< trials of this round that have not been started
  std::map<std::uint64_t, Part> running_;
  std::set<Part> passed_;          ///< a part is tried once
  std::uint64_t newest_ = 0;
};

}  // namespace dtest::schedule
