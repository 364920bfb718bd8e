// Who uses the runners of nodes? Asks all of them at once.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "config/nodes.hpp"
#include "protocol/result.hpp"

namespace dtest::cli {

struct NodeAnswer {
  bool up = false;
  protocol::Status status;  ///< then
  std::string why;          ///< else: what is wrong, and what to do
};

/// By name. Each node has until `limit`. Throws base::Error when our own key is missing or loose.
std::map<std::string, NodeAnswer> ask_nodes(const std::vector<config::NodeSpec>& nodes, const std::string& key_file,
                                            base::Duration limit);

}  // namespace dtest::cli
