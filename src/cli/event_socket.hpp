// Publishes the event stream for other tools. A slow reader loses messages, and nothing else happens.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"
#include "bus/xpub_socket.hpp"
#include "collector/event.hpp"
#include "collector/event_json.hpp"

namespace dtest::cli {

/// To the events it adds what only a live reader needs: when somebody subscribes a hello and, at the next tick, a
/// snapshot of what was told before; a beat when there was nothing to send for a second; bye after the last event.
class EventSocket final : public collector::EventSink {
 public:
  /// Binds. `began`: when the run did. `side`: of an endpoint on TCP that of its StreamDoor. Throws base::Error.
  EventSocket(bus::Context& context, const std::string& endpoint, collector::StreamInfo info, base::Instant began,
              const bus::Curve& side = bus::NoCurve{});
  void on_event(const collector::Envelope& envelope) override;
  /// Learns who listens: without anybody an event costs nothing. Call it when readable.
  bool read_subscriptions();
  /// Greets, tells `snapshot` to who came since, and beats. Call it each turn, when no event is being told.
  void tick(base::Instant now, base::WallTime wall, const std::function<collector::StreamSnapshot()>& snapshot);
  [[nodiscard]] bus::XPubSocket& socket() { return socket_; }

 private:
  void send(const collector::Envelope& envelope);
  void greet(base::WallTime ts, double elapsed);

  bus::XPubSocket socket_;
  std::string endpoint_;
  collector::StreamInfo info_;
  base::Instant began_, beat_at_{};
  std::size_t readers_ = 0;
  std::uint64_t newest_ = 0;  ///< number of the newest event
  bool greet_ = false;        ///< somebody came and has not been greeted
  bool inform_ = false;       ///< nor been told what was before
  bool sent_ = false;         ///< since the last tick
};

}  // namespace dtest::cli
