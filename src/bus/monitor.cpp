#include "bus/monitor.hpp"

#include <cstdint>
#include <cstring>
#include <zmq.hpp>

namespace dtest::bus {
namespace {

constexpr int kFailed =
    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int kEvents = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | kFailed;

}  // namespace

Monitor::Monitor(Context& context, zmq::socket_t& watched)
    : watched_(watched), pair_(std::make_unique<zmq::socket_t>(context.native(), zmq::socket_type::pair)) {
  const std::string address = "inproc://monitor-" + std::to_string(context.unique());
  pair_->set(zmq::sockopt::rcvhwm, 0);
  pair_->set(zmq::sockopt::linger, 0);
  if (zmq_socket_monitor(watched_.handle(), address.c_str(), kEvents) != 0) throw zmq::error_t();
  pair_->connect(address);
}

Monitor::~Monitor() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

void* Monitor::handle() const { return pair_->handle(); }

std::optional<LinkChange> Monitor::read() {
  zmq::message_t head;
  zmq::message_t endpoint;
  // Both parts are there when the first is.
  while (zmq_msg_recv(head.handle(), handle(), ZMQ_DONTWAIT) >= 0 &&
         zmq_msg_recv(endpoint.handle(), handle(), ZMQ_DONTWAIT) >= 0) {
    std::uint16_t event = 0;
    std::memcpy(&event, head.data(), sizeof event);
    std::string name = endpoint.to_string();
    // One I/O thread: a failed handshake is followed by its own DISCONNECTED before anything else happens.
    if ((event & kFailed) != 0) {
      failed_.insert(std::move(name));
    } else if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) {
      return LinkChange{std::move(name), true};
    } else if (event == ZMQ_EVENT_DISCONNECTED && failed_.erase(name) == 0) {
      return LinkChange{std::move(name), false};
    }
  }
  return std::nullopt;
}

}  // namespace dtest::bus
