// What the master tells whoever keeps the account. Calls come in order, on the master's step; they must not throw.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "master/finding.hpp"
#include "protocol/report.hpp"

namespace dtest::master {

/// What the master decides about an attempt that is over.
enum class Decision {
  accepted,   ///< its verdicts are final; also of one that crashed or was cut off, if there will be no other
  doubted,    ///< the item is tried again on another runner
  repeated,   ///< the item goes back into the queue with the next attempt
  abandoned,  ///< it never began, and there will be no other: the run is being cancelled, or no node is left
};

/// Examples that get another chance: they are the whole of a new item, whose verdicts replace theirs.
struct Retry {
  base::ItemId item;                 ///< where they were bad
  base::Attempt attempt;
  base::ItemId next;                 ///< the new item
  std::uint32_t number = 1;          ///< which retry of these examples, from 1
  std::uint32_t most = 1;
  std::vector<std::string> examples; ///< not empty
};

class Listener {
 public:
  virtual ~Listener() = default;
  /// The ids of the examples that would be bad, or not run, if this attempt were accepted; empty where a new try of
  /// them could mend nothing.
  virtual std::vector<std::string> to_retry(const protocol::ItemEnd& /*end*/) { return {}; }
  /// Comes just before on_attempt_over(..., accepted) of the attempt.
  virtual void on_retry(const protocol::ItemEnd& /*end*/, const Retry& /*retry*/) {}
  /// The runner is done with the attempt, and whether it counts is decided later: on_attempt_over comes then.
  virtual void on_held(const std::string& /*node*/, const protocol::ItemEnd& /*end*/, base::Instant /*now*/) {}
  virtual void on_finding(const Finding& /*finding*/, base::Instant /*now*/) {}
  /// A node serves this run.
  virtual void on_node_joined(const std::string& node, base::Instant now) = 0;
  /// A node is gone; `requeued` of its items go back into the queue. `clean`: in order, as the run was over
  /// there or the node was drained.
  virtual void on_node_gone(const std::string& node, const std::string& reason, std::uint64_t requeued, bool clean,
                            base::Instant now) = 0;
  /// The first complete plan: what will be run. Answer with Master::plan().
  virtual void on_plan(const std::string& node, const protocol::Plan& whole, base::Instant now) = 0;
  /// A report that is not stale, in the order in which the node published it. For reports of items: the
  /// (item, attempt) is in flight at that node. ItemEnd comes through on_attempt_over instead; Plan and
  /// Closed do not come at all.
  virtual void on_report(const std::string& node, const protocol::Body& body, base::Instant now) = 0;
  /// An attempt is over. Nothing more comes for this (item, attempt). `end.outcome` may also be `stopped`
  /// with why "node lost".
  virtual void on_attempt_over(const std::string& node, const protocol::ItemEnd& end, Decision decision,
                               base::Instant now) = 0;
};

}  // namespace dtest::master
