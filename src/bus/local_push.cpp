#include "bus/local_push.hpp"

#include <zmq.h>

namespace dtest::bus {
namespace {
constexpr int kHighWater = 1000;
constexpr MaxFrame kNothingComes{1024};
}  // namespace

LocalPush::LocalPush(Context& context, const Endpoint& endpoint)
    : Socket(context, ZMQ_PUSH, kNothingComes, kHighWater), endpoint_(endpoint) {
  bind(endpoint_);
}

bool LocalPush::send(std::string_view frame) {
  while (flush()) {}
  if (queue_.empty() && writable() && Socket::send(frame)) return true;
  if (queue_.size() >= kMaxFrames || bytes_ + frame.size() > kMaxBytes) return false;
  queue_.emplace_back(frame);
  bytes_ += frame.size();
  return true;
}

bool LocalPush::flush() {
  if (queue_.empty() || !writable() || !Socket::send(queue_.front())) return false;
  bytes_ -= queue_.front().size();
  queue_.pop_front();
  return !queue_.empty();
}

void LocalPush::interests(std::vector<Interest>& out) const {
  if (!queue_.empty()) out.push_back({.socket = handle(), .read = false, .write = true});
}

}  // namespace dtest::bus
