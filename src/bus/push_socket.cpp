#include "bus/push_socket.hpp"

#include <zmq.hpp>

namespace dtest::bus {
namespace {
constexpr int kHighWater = 1000;
constexpr MaxFrame kNothingComes{1024};
}  // namespace

PushSocket::PushSocket(Context& context, const Endpoint& endpoint, const Curve& curve, Dial dial)
    : Socket(context, ZMQ_PUSH, kNothingComes, kHighWater, curve), endpoint_(endpoint) {
  native().set(zmq::sockopt::immediate, true);
  if (dial == Dial::now) connect(endpoint_);
}

bool PushSocket::send(std::string_view frame) { return writable() && Socket::send(frame); }

}  // namespace dtest::bus
