// Who may connect: the handler that libzmq asks about each CURVE client (ZAP, rfc.zeromq.org/spec/27).
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/context.hpp"
#include "bus/curve.hpp"
#include "bus/pollable.hpp"

namespace zmq {
class socket_t;
}

namespace dtest::bus {

/// One per context, made before any CURVE server is bound and living longer than each. Everybody is refused unless
/// `allowed` says yes; whoever is let in bears the text of the key as Message::user from then on.
class Zap : public Pollable {
 public:
  using Allowed = std::function<bool(const PublicKey& key)>;
  /// Told of each refusal: a reason for the log ("unknown key K"), and the address of the peer.
  using Refused = std::function<void(const std::string& why, const std::string& address)>;

  Zap(Context& context, Allowed allowed, Refused refused);
  ~Zap() override;
  Zap(const Zap&) = delete;
  Zap& operator=(const Zap&) = delete;

  void interests(std::vector<Interest>& out) const override;
  /// Answers one question; false: there was none. Serves as a loop callback.
  bool serve();

 private:
  Context& context_;
  std::unique_ptr<zmq::socket_t> socket_;
  Allowed allowed_;
  Refused refused_;
};

}  // namespace dtest::bus
