// The first lines of a run: what runs, where, and how long it should take.
#pragma once
#include <vector>

#include "report/look.hpp"

namespace dtest::report {

/// "dtest 1.0.0 · shop @ 3f2c9ab, changed · run b0b38ba7".
Lines start_lines(const collector::RunStart& event, const std::string& run, const Look& look);

/// "nodes    local 8 · mini 6"; nothing with a single node.
Lines node_lines(const std::vector<collector::NodeJoin>& nodes, const Look& look);

/// "plan     412 files, 9 832 examples last time · about 1m52s on 30 runners · RSpec 3.13.0 · seed 48213".
Lines plan_lines(const collector::RunPlan& event, const Look& look);

}  // namespace dtest::report
