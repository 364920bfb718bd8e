// The master's constants: doc/protocol.md §9.
#pragma once
#include <cstdint>
#include <optional>

#include "base/time.hpp"

namespace dtest::master {

struct Limits {
  base::Duration hello_first = std::chrono::milliseconds(20);
  base::Duration hello_most = std::chrono::milliseconds(500);
  base::Duration ping = std::chrono::milliseconds(500);
  base::Duration ack = std::chrono::milliseconds(50);         ///< after a report, at the latest
  base::Duration gap = std::chrono::milliseconds(50);         ///< between two questions for what is missing
  base::Duration rto_first = std::chrono::milliseconds(400);
  base::Duration rto_most = std::chrono::seconds(2);
  base::Duration suspect = std::chrono::milliseconds(2500);   ///< silence: no new work
  /// Silence after which a node's items start elsewhere. None for the embedded node: the end of its process tells.
  std::optional<base::Duration> dead = std::chrono::seconds(10);
  /// How long a node is greeted without an answer. For ever where `dead` is none.
  base::Duration greet = std::chrono::seconds(30);
  std::uint32_t crash_retries = 1;
  std::uint32_t losses = 3;                                   ///< of nodes, per item
  std::uint32_t retries = 0;                                  ///< of one example that is bad
  std::uint64_t retry_limit = 100;                            ///< examples given a retry in the whole run: more is no chance
  enum class RetryOn { other, any, same } retry_on = RetryOn::other;  ///< node, where there is a choice
  std::uint32_t breaker = 5;                                  ///< suspicious ends of a runner in a row; 0: never
  base::Duration quick = std::chrono::seconds(30);            ///< a longer item is no failure of its surroundings
  base::Duration patience = std::chrono::seconds(10);         ///< of a runner that rests, with nobody to compare with
};

}  // namespace dtest::master
