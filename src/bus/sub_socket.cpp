#include "bus/sub_socket.hpp"

#include <zmq.hpp>

namespace dtest::bus {

SubSocket::SubSocket(Context& context, const Endpoint& endpoint, std::string_view prefix, MaxFrame max,
                     const Curve& curve, Dial dial)
    : Socket(context, ZMQ_SUB, max, 0, curve), endpoint_(endpoint) {
  subscribe(prefix);
  if (dial == Dial::now) connect(endpoint_);
}

void SubSocket::subscribe(std::string_view prefix) { native().set(zmq::sockopt::subscribe, prefix); }

void SubSocket::unsubscribe(std::string_view prefix) { native().set(zmq::sockopt::unsubscribe, prefix); }

}  // namespace dtest::bus
