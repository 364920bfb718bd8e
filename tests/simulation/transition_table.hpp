// The state tables of doc/protocol.md §10, held against what the machines did.
#pragma once
#include <string>
#include <vector>

#include "transitions.hpp"

namespace dtest::simulation {

/// One sentence for each transition that no row allows, where wanted each row that never happened, and each row that is
/// not known here (a line in known_rows.cpp says how its event is recognised).
std::vector<std::string> compare_with_page(const Transitions& seen, const std::string& page, bool every_row);

}  // namespace dtest::simulation
