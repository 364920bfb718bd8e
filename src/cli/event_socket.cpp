#include "cli/event_socket.hpp"

#include <utility>

#include "collector/event_frames.hpp"

namespace dtest::cli {
namespace {

constexpr int kHighWater = 10'000;  // messages that a reader may be behind

}  // namespace

EventSocket::EventSocket(bus::Context& context, const std::string& endpoint, collector::StreamInfo info)
    : socket_(context, bus::Endpoint::parse(endpoint), kHighWater), info_(std::move(info)) {}

bool EventSocket::read_subscriptions() {
  for (const bus::Subscription& subscription : socket_.read_subscriptions()) {
    if (subscription.subscribed) ++readers_;
    else if (readers_ > 0) --readers_;
  }
  return false;
}

void EventSocket::on_event(const collector::Envelope& envelope) {
  read_subscriptions();
  if (readers_ == 0) return;
  collector::Frames frames = collector::to_msgpack(envelope, info_);
  if (frames.raw) socket_.send(frames.topic, frames.map, *frames.raw);
  else socket_.send(frames.topic, frames.map);
}

}  // namespace dtest::cli
