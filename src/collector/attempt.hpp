// The account of one attempt at an item: the examples that it announced, and the verdict of each. Lives as long as
// the attempt is open. Pure.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/event.hpp"

namespace dtest::collector {

class AttemptAccount {
 public:
  /// `in_part`: examples of the file were left out, which may share lines with those that it has.
  explicit AttemptAccount(bool in_part = false) : in_part_(in_part) {}

  struct Entry {
    protocol::ListedExample example;
    bool announced = true;
    std::optional<Status> status;
  };
  enum class Took {
    counted,
    unannounced,  ///< counted all the same
    repeated,     ///< refused: the first verdict stands
  };

  /// A part of the list; the ids that it has twice are returned and count once.
  std::vector<std::string> announce(const std::vector<protocol::ListedExample>& part, bool more);
  Took verdict(const protocol::ListedExample& example, Status status);
  void error_outside() { ++errors_outside_; }

  /// In the order in which they were announced.
  [[nodiscard]] const std::deque<Entry>& entries() const { return entries_; }
  /// Null: unknown.
  [[nodiscard]] const Entry* find(std::string_view id) const;
  /// The only example of this line, as far as can be known.
  [[nodiscard]] bool alone_on_line(std::uint32_t line) const;
  /// Any part of the list has come; the last part has.
  [[nodiscard]] bool listed() const { return listed_; }
  [[nodiscard]] bool list_complete() const { return complete_; }
  [[nodiscard]] std::uint64_t errors_outside() const { return errors_outside_; }
  /// Examples that the list has so far.
  [[nodiscard]] std::uint64_t announced() const { return announced_; }
  /// Of the verdicts that came.
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  Entry& add(const protocol::ListedExample& example, bool announced);

  std::deque<Entry> entries_;  // a deque, because by_id_ holds views into it
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::unordered_map<std::uint32_t, std::uint32_t> per_line_;
  Counts counts_;
  std::uint64_t errors_outside_ = 0, announced_ = 0;
  bool in_part_ = false, listed_ = false, complete_ = false;
};

}  // namespace dtest::collector
