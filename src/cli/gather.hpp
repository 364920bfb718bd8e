// Plans through the same pipe as a run, without running anything.
#pragma once
#include "cli/listing.hpp"
#include "cli/master_host.hpp"

namespace dtest::cli {

/// Asks a node of its own for the plan, and for what `planner` makes of it. Returns the signal that ended it, or 0.
/// Throws base::Error when no node could be had.
int gather(protocol::SessionOptions options, Listing& listing, Planner planner);

}  // namespace dtest::cli
