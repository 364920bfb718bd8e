// What an accepted attempt comes to: a verdict for each of its examples, and perhaps one for the file itself. Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "collector/attempt.hpp"

namespace dtest::collector {

/// An example whose verdict no runner gave.
struct Closing {
  protocol::ListedExample example;
  Status status = Status::error;   ///< error, crashed, timed_out or not_run
  std::string reason;
  bool alone_on_line = true;       ///< no other example of the item has its line
  bool stands = false;             ///< no attempt that counts says it: it is what was said last
  bool flaky = false;              ///< it stands, is good, and was bad before
};

/// A failure that no example owns: the file did not load, or its runner ended between examples.
struct OwnFailure {
  Status status = Status::error;
  std::string reason;
};

struct Settled {
  bool nothing_ran = false;        ///< it was stopped before any verdict: the item as a whole was not run
  std::vector<Closing> closings;   ///< in the order of the list
  std::optional<OwnFailure> own;
};

Settled settle(const AttemptAccount& account, const protocol::ItemEnd& end);

/// No reason to doubt the code: what was bad before and then comes to this is flaky.
constexpr bool is_good(Status s) { return s == Status::passed || s == Status::pending; }

/// The worse one, in the order passed, pending, not_run, failed, error, timed_out, crashed.
Status worse(Status a, Status b);
/// Of the statuses that occur; passed when none does.
Status worst(const Counts& counts);

Counts operator+(const Counts& a, const Counts& b);
Counts operator-(const Counts& a, const Counts& b);

}  // namespace dtest::collector
