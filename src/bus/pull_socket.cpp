#include "bus/pull_socket.hpp"

#include <zmq.h>

namespace dtest::bus {
namespace {
constexpr int kHighWater = 1000;  // no flow control (the credit is), only libzmq's default
}

PullSocket::PullSocket(Context& context, const Endpoint& endpoint, MaxFrame max, const Curve& curve)
    : Socket(context, ZMQ_PULL, max, kHighWater, curve) {
  bind(endpoint);
}

}  // namespace dtest::bus
