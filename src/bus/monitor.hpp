// The life of a socket's connections, as libzmq's I/O thread tells it.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "bus/context.hpp"

namespace zmq {
class socket_t;
}

namespace dtest::bus {

/// A connection of the watched socket at this endpoint of its own came up (handshake done) or ended.
struct LinkChange {
  std::string endpoint;
  bool up;
};

/// Part of the owner of a socket, which must outlive it. Its queue has no limit: with one, the I/O thread of the
/// whole process would wait for a reader that is late.
class Monitor {
 public:
  Monitor(Context& context, zmq::socket_t& watched);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;
  /// The next change, in the order in which they came about. The end of a connection that never got through its
  /// handshake is none.
  std::optional<LinkChange> read();
  [[nodiscard]] void* handle() const;

 private:
  zmq::socket_t& watched_;
  std::unique_ptr<zmq::socket_t> pair_;
  std::set<std::string> failed_;  // endpoints whose next DISCONNECTED belongs to a failed handshake
};

}  // namespace dtest::bus
