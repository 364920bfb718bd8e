// What becomes of the connection of a socket that connects.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>

#include "bus/context.hpp"
#include "bus/pollable.hpp"
#include "bus/socket.hpp"

namespace dtest::bus {

enum class LinkNews : std::uint8_t {
  up,           ///< handshake done
  down,         ///< it was up and has ended; when a frame was too large libzmq never dials again
  refused,      ///< the peer does not allow our key; libzmq never dials again
  other_key,    ///< the peer hung up in the handshake: its key is not the one that we expect, or it has none
  no_dtestd,    ///< what answers speaks something else
  unreachable,  ///< a connection could not be made; libzmq tries again
};

/// Watches a PushSocket or SubSocket, which must outlive it, and should dial only then.
class LinkMonitor : public Pollable {
 public:
  LinkMonitor(Context& context, Socket& watched);
  ~LinkMonitor() override;
  LinkMonitor(const LinkMonitor&) = delete;
  LinkMonitor& operator=(const LinkMonitor&) = delete;

  void interests(std::vector<Interest>& out) const override;
  /// The next news, in order; nothing: no more at the moment.
  std::optional<LinkNews> read();

 private:
  std::optional<LinkNews> news_of(int event);

  Socket& watched_;
  std::unique_ptr<zmq::socket_t> pair_;
  bool up_ = false;
  bool failed_ = false;  ///< the next DISCONNECTED belongs to a failed handshake
};

}  // namespace dtest::bus
