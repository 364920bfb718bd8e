// The master's end of one node's result channel, or a tool's end of an event stream.
#pragma once
#include <string>

#include "bus/socket.hpp"

namespace dtest::bus {

/// Connects (as PushSocket does) and subscribes to one prefix of topics; messages of two or three frames, the first
/// being the topic. Receive queue without a high-water mark: the sender's outbox bounds it.
class SubSocket : public Socket {
 public:
  SubSocket(Context& context, const Endpoint& endpoint, std::string_view prefix, MaxFrame max,
            const Curve& curve = NoCurve{}, Dial dial = Dial::now);
  /// Of Dial::later: connects.
  void dial() { connect(endpoint_); }
  std::optional<Message> receive() { return Socket::receive(2, 3); }
  /// Further topics: a tool asks for a snapshot this way.
  void subscribe(std::string_view prefix);
  void unsubscribe(std::string_view prefix);
  /// A new connection, subscriptions kept: one oversized frame silences the old one for good (libzmq never dials
  /// again), so a master does this to a node that it has not heard of for long.
  void reconnect() { Socket::reconnect(endpoint_); }

 private:
  Endpoint endpoint_;
};

}  // namespace dtest::bus
