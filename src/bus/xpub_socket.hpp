// The node's end of the result channel, and dtest's end of the event stream.
#pragma once
#include <string>

#include "base/time.hpp"
#include "bus/socket.hpp"

namespace dtest::bus {

struct Subscription {
  std::string topic;  ///< prefix of topics, at most XPubSocket::kMaxTopic bytes
  bool subscribed;    ///< false: a subscriber left, or took this topic back
};

/// Binds. Never blocks: with a high-water mark a subscriber that is that many messages behind loses the next ones
/// (it alone); with 0 nothing is lost and what is not read is kept in memory.
class XPubSocket : public Socket {
 public:
  static constexpr std::size_t kMaxTopic = 256;

  XPubSocket(Context& context, const Endpoint& endpoint, int send_high_water = 0, const Curve& curve = NoCurve{});
  void send(std::string_view topic, std::string_view frame);
  void send(std::string_view topic, std::string_view frame, std::string_view raw);
  /// Everything (un)subscribed since the last call, in order, each subscriber's on its own, a lost one's too; at most
  /// 1,000 at once.
  std::vector<Subscription> read_subscriptions();
  /// How long the end of the context may wait until what was sent has left this process; 0 unless told.
  void linger(base::Duration most);

 private:
  bool bounded_;
};

}  // namespace dtest::bus
