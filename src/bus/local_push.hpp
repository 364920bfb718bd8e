// The broker's end of the local pipe of one runner incarnation.
#pragma once
#include <deque>
#include <string>

#include "bus/socket.hpp"

namespace dtest::bus {

/// Binds one endpoint of its own. Keeps frames while no peer is connected (or takes more) and hands them on, in order,
/// as soon as one is: watch it in the loop and call flush() from the callback. The socket's file goes with it.
class LocalPush : public Socket {
 public:
  static constexpr std::size_t kMaxFrames = 64;
  static constexpr std::size_t kMaxBytes = 16U << 20U;

  LocalPush(Context& context, const Endpoint& endpoint);
  /// False: the queue is at one of its limits; not sent.
  bool send(std::string_view frame);
  /// Hands on what it can; false: nothing more can be done now (so it serves as a loop callback).
  bool flush();
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  /// Writable while frames are queued, else nothing.
  void interests(std::vector<Interest>& out) const override;
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Endpoint endpoint_;
  std::deque<std::string> queue_;
  std::size_t bytes_ = 0;
};

}  // namespace dtest::bus
