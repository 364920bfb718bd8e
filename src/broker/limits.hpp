// The broker's constants: doc/protocol.md §9.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "protocol/options.hpp"

namespace dtest::broker {

struct Limits {
  base::Duration beat = std::chrono::milliseconds(500);
  base::Duration rto_first = std::chrono::milliseconds(400);
  base::Duration rto_most = std::chrono::seconds(2);
  base::Duration resend_gap = std::chrono::milliseconds(50);  ///< between two answers to a gap
  base::Duration batch = std::chrono::milliseconds(20);
  base::Duration forget = std::chrono::seconds(10);           ///< a closed session that nobody acknowledges, with a lease
  /// How long a session lives without hearing the master; none for the embedded node, which holds a pipe to it.
  std::optional<base::Duration> lease = std::chrono::seconds(8);
  std::uint32_t runners = protocol::kMaxRunners;              ///< that work at once, of one session and of all
  /// How long a run whose master leaves credit unused keeps its claim to runners: an item may be on its way.
  base::Duration claim = std::chrono::seconds(1);
  /// A run that got no runner for so long is told for whom it waits, and gives its items back.
  base::Duration wait_told = std::chrono::seconds(2);
  /// TERM to KILL at most, once the lease is over: all must be dead before the master may start it elsewhere.
  base::Duration lease_grace = std::chrono::seconds(1);
  std::uint64_t prefetch = 1;                                 ///< items beyond one a runner...
  std::uint64_t prefetch_per_runner = 0;                      ///< ...and beyond that, for each runner
  /// Items that take no longer than this are sent to a runner one ahead, so that it never waits between them. At most
  /// this much work waits behind a runner while another one may be idle.
  base::Duration brief = std::chrono::milliseconds(50);
  std::size_t outbox_reports = 4096;
  std::size_t outbox_bytes = 8U << 20U;
  std::size_t printed = 16U << 20U;        ///< bytes of output of a session, for the log
  std::size_t message_bytes = 3U << 20U;   ///< of reports in one R message
  std::size_t message_reports = 10'000;    ///< in one R message
  std::uint64_t files = 1'000'000;         ///< of a plan
  std::uint64_t examples = 1'000'000;      ///< of an item
  unsigned fork_failures = 3;              ///< in a row, then a slot is given up
  unsigned boot_crashes = 3;               ///< after it had loaded
};

}  // namespace dtest::broker
