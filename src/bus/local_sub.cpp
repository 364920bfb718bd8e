#include "bus/local_sub.hpp"

#include <zmq.hpp>

#include "bus/monitor.hpp"

namespace dtest::bus {
namespace {
constexpr int kMalformedAtOnce = 100;
}

LocalSub::LocalSub(Context& context, MaxFrame max)
    // With a high-water mark libzmq stops reading a peer at times, and then takes its end for an error and forgets
    // what is unread in the kernel (stream_engine_base_t::restart_input after _io_error).
    : Socket(context, ZMQ_SUB, max, 0), monitor_(std::make_unique<Monitor>(context, native())) {
  native().set(zmq::sockopt::subscribe, "");
}

LocalSub::~LocalSub() = default;

void LocalSub::bind(const Endpoint& endpoint) { Socket::bind(endpoint); }

void LocalSub::unbind(const Endpoint& endpoint) noexcept { Socket::unbind(endpoint); }

void LocalSub::interests(std::vector<Interest>& out) const {
  out.push_back({.socket = handle()});
  out.push_back({.socket = monitor_->handle()});
}

// Why the order holds: the I/O thread hands all that it read of a connection to this socket before it reads the
// connection's end, and only then tells the monitor; it tells of a handshake before the first message. So
// 1. what was read from the monitor as closed *before* the socket says "empty" has nothing left in the socket;
// 2. the monitor, read *after* a message was taken, has told of that message's connection.
std::optional<LocalEvent> LocalSub::receive() {
  Message message;
  for (int n = 0; ready_.empty() && n < kMalformedAtOnce; ++n) {
    const Got got = take(message, 1, 1);
    if (got == Got::nothing && !closed_.empty()) {
      ready_.emplace_back(Disconnected{std::move(closed_.front())});
      closed_.pop_front();
      break;
    }
    const bool news = read_links();
    if (got == Got::message) ready_.emplace_back(std::move(message));
    if (got == Got::nothing && !news) break;
  }
  if (ready_.empty()) return std::nullopt;
  LocalEvent event = std::move(ready_.front());
  ready_.pop_front();
  return event;
}

bool LocalSub::read_links() {
  bool news = false;
  while (auto change = monitor_->read()) {
    news = true;
    if (change->up) {
      ready_.emplace_back(Connected{std::move(change->endpoint)});
    } else {
      closed_.push_back(std::move(change->endpoint));
    }
  }
  return news;
}

}  // namespace dtest::bus
