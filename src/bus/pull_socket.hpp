// The node's end of the work pipe.
#pragma once
#include "bus/socket.hpp"

namespace dtest::bus {

/// Binds; messages of one frame.
class PullSocket : public Socket {
 public:
  PullSocket(Context& context, const Endpoint& endpoint, MaxFrame max, const Curve& curve = NoCurve{});
  std::optional<Message> receive() { return Socket::receive(1, 1); }
};

}  // namespace dtest::bus
