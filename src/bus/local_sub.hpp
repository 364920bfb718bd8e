// The broker's end of the outcomes of all runner incarnations.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <variant>

#include "bus/socket.hpp"

namespace dtest::bus {

class Monitor;

/// A peer at this endpoint has done its handshake. Comes before its first message.
struct Connected {
  std::string endpoint;
};
/// The peer's connection is closed, *and every message that it had written in full was handed out before*, also when
/// it was killed right after the write. Once per connection; not for one that never got through its handshake. Only
/// after a breach of ZMTP (a frame above MaxFrame) may the 8 KiB before it come later than this, or the peer's rest
/// not at all.
struct Disconnected {
  std::string endpoint;
};
using LocalEvent = std::variant<Message, Connected, Disconnected>;

/// Binds one endpoint per incarnation and hears all of them: messages of one frame, and the life of each connection.
/// A Disconnected waits until the socket is drained, so while other runners keep it full it waits with them: whoever
/// needs an end anyway has a time limit. Without a high-water mark: with one, libzmq loses the tail of a dead peer.
class LocalSub : public Socket {
 public:
  LocalSub(Context& context, MaxFrame max);
  ~LocalSub() override;
  void bind(const Endpoint& endpoint);
  /// Stops listening and removes the file. Ends a connection that is still open without a Disconnected, and what is
  /// still on its way is lost: for an endpoint that is not needed any more.
  void unbind(const Endpoint& endpoint) noexcept;
  std::optional<LocalEvent> receive();

  void interests(std::vector<Interest>& out) const override;
  [[nodiscard]] bool at_hand() const override { return !ready_.empty() || !closed_.empty(); }

 private:
  bool read_links();

  std::unique_ptr<Monitor> monitor_;
  std::deque<LocalEvent> ready_;       // to be handed out next
  std::deque<std::string> closed_;     // closed connections whose messages may still be in the socket
};

}  // namespace dtest::bus
