#include "bus/link_monitor.hpp"

#include <cstdint>
#include <cstring>
#include <string>
#include <zmq.hpp>

namespace dtest::bus {
namespace {

constexpr int kEvents = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED |
                        ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                        ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

}  // namespace

LinkMonitor::LinkMonitor(Context& context, Socket& watched)
    : watched_(watched), pair_(std::make_unique<zmq::socket_t>(context.native(), zmq::socket_type::pair)) {
  const std::string address = "inproc://link-" + std::to_string(context.unique());
  pair_->set(zmq::sockopt::rcvhwm, 0);
  pair_->set(zmq::sockopt::linger, 0);
  if (zmq_socket_monitor(watched_.handle(), address.c_str(), kEvents) != 0) throw zmq::error_t();
  pair_->connect(address);
}

LinkMonitor::~LinkMonitor() { zmq_socket_monitor(watched_.handle(), nullptr, 0); }

void LinkMonitor::interests(std::vector<Interest>& out) const { out.push_back({.socket = pair_->handle()}); }

std::optional<LinkNews> LinkMonitor::read() {
  zmq::message_t head;
  zmq::message_t endpoint;
  while (zmq_msg_recv(head.handle(), pair_->handle(), ZMQ_DONTWAIT) >= 0 &&
         zmq_msg_recv(endpoint.handle(), pair_->handle(), ZMQ_DONTWAIT) >= 0) {
    std::uint16_t event = 0;
    std::memcpy(&event, head.data(), sizeof event);
    if (auto news = news_of(event)) return news;
  }
  return std::nullopt;
}

std::optional<LinkNews> LinkMonitor::news_of(int event) {
  const bool failed_before = failed_;
  failed_ = false;
  switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: up_ = true; return LinkNews::up;
    case ZMQ_EVENT_DISCONNECTED:
      if (failed_before) return std::nullopt;
      if (!up_) return LinkNews::other_key;
      up_ = false;
      return LinkNews::down;
    case ZMQ_EVENT_CLOSED: return up_ ? std::nullopt : std::optional(LinkNews::unreachable);
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: failed_ = true; return LinkNews::refused;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: failed_ = true; return LinkNews::no_dtestd;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: failed_ = true; return LinkNews::other_key;
    default: return std::nullopt;
  }
}

}  // namespace dtest::bus
