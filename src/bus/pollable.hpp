// What the loop can wait for.
#pragma once
#include <vector>

namespace dtest::bus {

/// One thing to wait for: a libzmq socket, or a descriptor where `socket` is null.
struct Interest {
  void* socket = nullptr;
  int fd = -1;
  bool read = true;
  bool write = false;
};

/// Implemented by every socket here, and by whoever has descriptors whose interests change.
class Pollable {
 public:
  virtual ~Pollable() = default;
  /// Appends what to wait for now; asked before each wait, so it may change from turn to turn, or be nothing.
  virtual void interests(std::vector<Interest>& out) const = 0;
  /// True while something is at hand without waiting: the loop then does not sleep and calls the callback.
  [[nodiscard]] virtual bool at_hand() const { return false; }
};

}  // namespace dtest::bus
