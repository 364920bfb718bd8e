// What the master wants done.
#pragma once
#include <string>
#include <vector>

namespace dtest::master {

/// Send a frame on the work pipe of a node. One that cannot be sent is dropped: timers send it again.
struct Send {
  std::string node;
  std::string frame;
};
using Actions = std::vector<Send>;

}  // namespace dtest::master
