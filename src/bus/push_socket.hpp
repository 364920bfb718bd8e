// The master's end of one node's work pipe.
#pragma once
#include "bus/socket.hpp"

namespace dtest::bus {

/// Connects, in the background and again whenever the connection is lost (after 100 ms, doubling to 2 s). A connect
/// that comes before its bind costs at least that 100 ms.
class PushSocket : public Socket {
 public:
  PushSocket(Context& context, const Endpoint& endpoint, const Curve& curve = NoCurve{}, Dial dial = Dial::now);
  /// Of Dial::later: connects.
  void dial() { connect(endpoint_); }
  /// False: no peer, or its queue is full; not sent, and nothing of it ever will be (IMMEDIATE). True is no promise
  /// that the peer reads it.
  bool send(std::string_view frame);
  /// A new connection: what the old one still held is lost. For a link that libzmq has given up.
  void reconnect() { Socket::reconnect(endpoint_); }
  /// Nothing to wait for.
  void interests(std::vector<Interest>&) const override {}

 private:
  Endpoint endpoint_;
};

}  // namespace dtest::bus
