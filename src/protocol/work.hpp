// W: what the master says to a node on the work pipe (doc/protocol.md §4).
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "protocol/options.hpp"

namespace dtest::protocol {

struct Hello {
  base::RunId run;
  base::SessionNumber number;
  SessionOptions options;
};

/// One try at an item.
struct ItemWork {
  base::RunId run;
  base::Epoch epoch;
  base::JobNumber job;
  base::ItemId item;
  base::Attempt attempt;
  std::string path;
  std::optional<std::vector<std::string>> examples;  ///< absent: all of the file
  bool last = false;                                 ///< no further attempt is allowed
  std::optional<base::Duration> expected;
  std::vector<base::Slot> only{};                    ///< the slots that may run it; empty: any
};

struct Ping {
  base::RunId run;
  base::Epoch epoch;
  base::BeatNumber beat;   ///< highest seen: the lease runs from when the node sent it
  base::ReportNumber ack;  ///< highest applied
  bool gap = false;        ///< publish everything above `ack` again
};

struct Cancel {
  base::RunId run;
  base::Epoch epoch;
  bool kill = false;       ///< else drain
};

struct Bye {
  base::RunId run;
  base::Epoch epoch;
};

/// The project is in the session's workspace.
struct Synced {
  base::RunId run;
  base::Epoch epoch;
};

/// What the master's circuit breaker wants of one slot.
struct SlotOrder {
  base::Slot slot;
  base::Incarnation incarnation;  ///< that it is about
  std::string what;               ///< kRest, kRenew or kStop
};
constexpr const char* kRest = "rest";    ///< gets no item
constexpr const char* kRenew = "renew";  ///< this process and those before it are told to quit; others follow
constexpr const char* kStop = "stop";    ///< likewise, and no other follows

/// All of them: a slot that is not named works as usual.
struct SlotOrders {
  base::RunId run;
  base::Epoch epoch;
  std::uint64_t number = 0;  ///< from 1 per epoch; lower ones are old
  std::vector<SlotOrder> orders;
};

/// Who has which runners? `run`: a random number of whoever asks, the answer's topic. Opens no session.
struct Ask {
  base::RunId run;
};

using Work = std::variant<Hello, ItemWork, Ping, Cancel, Bye, Synced, SlotOrders, Ask>;

}  // namespace dtest::protocol
