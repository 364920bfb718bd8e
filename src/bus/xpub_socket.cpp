#include "bus/xpub_socket.hpp"

#include <chrono>
#include <zmq.hpp>

namespace dtest::bus {
namespace {
constexpr std::size_t kAtOnce = 1000;
constexpr char kUnsubscribe = 0;
constexpr char kSubscribe = 1;
}  // namespace

XPubSocket::XPubSocket(Context& context, const Endpoint& endpoint, int send_high_water, const Curve& curve)
    : Socket(context, ZMQ_XPUB, MaxFrame{kMaxTopic + 1}, send_high_water, curve), bounded_(send_high_water > 0) {
  native().set(zmq::sockopt::xpub_verboser, 1);
  bind(endpoint);
}

void XPubSocket::send(std::string_view topic, std::string_view frame) {
  // Room that readers made is learnt of late otherwise, and a burst would be lost with nobody slow.
  if (bounded_) writable();
  if (Socket::send(topic, true)) Socket::send(frame);
}

void XPubSocket::send(std::string_view topic, std::string_view frame, std::string_view raw) {
  if (bounded_) writable();
  if (Socket::send(topic, true) && Socket::send(frame, true)) Socket::send(raw);
}

std::vector<Subscription> XPubSocket::read_subscriptions() {
  std::vector<Subscription> found;
  while (found.size() < kAtOnce) {
    const auto message = Socket::receive(1, 1);
    if (!message) break;
    const std::string& frame = message->frames.front();
    // Anything else is a message that a peer sends upstream of its own accord.
    if (frame.empty() || (frame[0] != kSubscribe && frame[0] != kUnsubscribe)) continue;
    found.push_back({frame.substr(1), frame[0] == kSubscribe});
  }
  return found;
}

void XPubSocket::linger(base::Duration most) {
  native().set(zmq::sockopt::linger, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(most).count()));
}

}  // namespace dtest::bus
