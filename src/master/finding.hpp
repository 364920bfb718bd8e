// What the circuit breaker found out about a runner, for people.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "protocol/report.hpp"

namespace dtest::master {

struct Finding {
  enum class What {
    rests,     ///< it failed too often in a row, and gets nothing until it is known whether others do, too
    cleared,   ///< they did, or there was nobody to compare with: its verdicts stand
    replaced,  ///< they did not: another process takes its place
    stopped,   ///< they did not, and it was replaced before: no other follows
  };
  What what = What::rests;
  std::string node;
  base::Slot slot;
  base::Incarnation incarnation;
  std::uint64_t failed = 0;     ///< items in a row
  std::uint64_t tried = 0;      ///< of them, so many had an end elsewhere
  std::uint64_t otherwise = 0;  ///< of these, so many ended otherwise there
  std::uint64_t passed = 0;     ///< of these, so many were not bad at all
  base::ItemId item;            ///< the first that failed
  std::optional<base::ItemId> before;  ///< what the process ran just before that: it may have spoiled it
  std::optional<protocol::Exception> error;  ///< the first of it
  bool ended = false;           ///< its process ended in each of them
};

}  // namespace dtest::master
