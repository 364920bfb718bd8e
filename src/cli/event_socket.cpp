#include "cli/event_socket.hpp"

#include <utility>

#include "collector/event_frames.hpp"

namespace dtest::cli {
namespace {

constexpr int kHighWater = 10'000;  // messages that a reader may be behind
constexpr base::Duration kBeat = std::chrono::seconds(1);
// A reader that keeps up hears the end, however soon dtest is gone after it; for one that does not it is no long wait.
constexpr base::Duration kLinger = std::chrono::milliseconds(500);

}  // namespace

EventSocket::EventSocket(bus::Context& context, const std::string& endpoint, collector::StreamInfo info,
                         base::Instant began, const bus::Curve& side)
    : socket_(context, bus::Endpoint::parse_any(endpoint), kHighWater, side), endpoint_(endpoint), info_(std::move(info)),
      began_(began) {}

bool EventSocket::read_subscriptions() {
  for (const bus::Subscription& subscription : socket_.read_subscriptions()) {
    if (subscription.subscribed) ++readers_, greet_ = inform_ = true;
    else if (readers_ > 0) --readers_;
  }
  return false;
}

void EventSocket::on_event(const collector::Envelope& envelope) {
  read_subscriptions();
  if (readers_ > 0) {
    greet(envelope.ts, envelope.elapsed);
    send(envelope);
    if (envelope.last) {
      send({envelope.seq, envelope.ts, envelope.elapsed, false, collector::StreamBye{"the run has ended"}});
      socket_.linger(kLinger);
    }
  }
  newest_ = envelope.seq;
}

void EventSocket::tick(base::Instant now, base::WallTime wall,
                       const std::function<collector::StreamSnapshot()>& snapshot) {
  double elapsed = base::seconds(now - began_);
  greet(wall, elapsed);
  if (std::exchange(inform_, false) && readers_ > 0) send({newest_, wall, elapsed, false, snapshot()});
  if (readers_ > 0 && !sent_ && now >= beat_at_) send({newest_, wall, elapsed, false, collector::StreamBeat{newest_}});
  if (std::exchange(sent_, false)) beat_at_ = now + kBeat;
}

// To all: who was there before learns nothing from it.
void EventSocket::greet(base::WallTime ts, double elapsed) {
  if (!std::exchange(greet_, false) || readers_ == 0) return;
  send({newest_, ts, elapsed, false, collector::StreamHello{VERSION, endpoint_}});
}

void EventSocket::send(const collector::Envelope& envelope) {
  collector::Frames frames = collector::to_msgpack(envelope, info_);
  if (frames.raw) socket_.send(frames.topic, frames.map, *frames.raw);
  else socket_.send(frames.topic, frames.map);
  sent_ = true;
}

}  // namespace dtest::cli
