// What all sockets share: options, receiving, sending, counting. Use the typed classes, one a file:
// PullSocket, PushSocket, LocalPush, SubSocket, LocalSub, XPubSocket.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/endpoint.hpp"
#include "bus/message.hpp"
#include "bus/pollable.hpp"

namespace zmq {
class socket_t;
}

namespace dtest::bus {

/// The largest frame that a peer may send us, bytes; libzmq closes the connection that brings a larger one.
struct MaxFrame {
  std::int64_t bytes;
};

/// When a socket that connects begins to. `later`: once its LinkMonitor is there, which hears only what comes after it.
enum class Dial : std::uint8_t { now, later };

/// Owns one libzmq socket and the files of what it has bound: LINGER 0 unless told, frames limited, never blocks. Nothing that a
/// peer does throws; a bind or connect that fails throws base::Error with the endpoint and the reason, and so does TCP
/// without keys. One thread. The context must outlive it.
class Socket : public Pollable {
 public:
  ~Socket() override;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Readable.
  void interests(std::vector<Interest>& out) const override;
  /// Messages that were dropped because they had another number of frames than this link's.
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }

 protected:
  /// `type` is libzmq's number of the socket type, `high_water` its SNDHWM and RCVHWM (0: unlimited).
  Socket(Context& context, int type, MaxFrame max, int high_water, const Curve& curve = NoCurve{});
  void bind(const Endpoint& endpoint);
  void unbind(const Endpoint& endpoint) noexcept;
  void connect(const Endpoint& endpoint);
  void reconnect(const Endpoint& endpoint);
  enum class Got { message, malformed, nothing };
  /// One message taken from the socket; malformed (counted): it had fewer than `least` or more than `most` frames.
  Got take(Message& message, std::size_t least, std::size_t most);
  /// The next message of the right number of frames. Nothing also after many malformed ones: what polls comes back.
  std::optional<Message> receive(std::size_t least, std::size_t most);
  /// False: not sent, and nothing of it ever will be.
  bool send(std::string_view frame, bool more = false);
  /// Lets the socket learn what the I/O thread has to say (new and lost peers, room in queues); true: writable.
  bool writable();
  [[nodiscard]] zmq::socket_t& native() { return *socket_; }
  [[nodiscard]] void* handle() const;

 private:
  friend class LinkMonitor;
  void take_side(const Curve& curve);
  void prepare(const Endpoint& endpoint, std::string_view what);

  std::unique_ptr<zmq::socket_t> socket_;
  std::set<Endpoint> bound_;
  bool keyed_ = false;   ///< a CURVE side was taken
  bool server_ = false;  ///< of CURVE: messages bear their user
  std::uint64_t malformed_ = 0;
};

}  // namespace dtest::bus
