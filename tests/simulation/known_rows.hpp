// How the rows of doc/protocol.md §10 are recognised in what the machines do.
#pragma once
#include <string>
#include <vector>

#include "transitions.hpp"

namespace dtest::simulation {

struct KnownRow {
  Machine machine;
  std::string event;  ///< as on the page, without backquotes
  std::vector<Occasion> occasions;
  bool at_once = false;  ///< it may also follow another row in the same step
};

/// A row that is new on the page gets a line here.
const std::vector<KnownRow>& known_rows();

}  // namespace dtest::simulation
