// Publishes the event stream for other tools. A slow reader loses messages, and nothing else happens.
#pragma once
#include <string>

#include "bus/xpub_socket.hpp"
#include "collector/event.hpp"
#include "collector/event_json.hpp"

namespace dtest::cli {

class EventSocket final : public collector::EventSink {
 public:
  /// Binds. Throws base::Error.
  EventSocket(bus::Context& context, const std::string& endpoint, collector::StreamInfo info);
  void on_event(const collector::Envelope& envelope) override;
  /// Learns who listens: without anybody an event costs nothing. Call it when readable.
  bool read_subscriptions();
  [[nodiscard]] bus::XPubSocket& socket() { return socket_; }

 private:
  bus::XPubSocket socket_;
  collector::StreamInfo info_;
  std::size_t readers_ = 0;
};

}  // namespace dtest::cli
