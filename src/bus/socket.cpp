#include "bus/socket.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <variant>
#include <zmq.hpp>

#include "base/error.hpp"

namespace dtest::bus {
namespace {

using base::Error;
using base::ExitCode;

constexpr int kReconnectMs = 100;
constexpr int kReconnectMostMs = 2000;
constexpr int kHandshakeMs = 5000;
constexpr int kMalformedAtOnce = 100;
// The limit counts frames as they travel: those of the handshake too, and 33 bytes of each that is encrypted.
constexpr std::int64_t kCurveLeast = 1024;
constexpr std::int64_t kCurveMore = 64;
constexpr int kHeartbeatMs = 1000;
constexpr int kHeartbeatTimeoutMs = 3000;
constexpr int kHeartbeatTtlMs = 4000;
constexpr int kConnectMs = 3000;
constexpr int kRetransmitMs = 8000;

struct Reason {
  ExitCode code;
  std::string_view text;
};

Reason reason(int error) {
  switch (error) {
    case EADDRNOTAVAIL: return {ExitCode::config, "no interface of this machine has that address; name one that it has"};
    case EADDRINUSE: return {ExitCode::no_node, "the address is in use; stop who uses it or choose another endpoint"};
    case EACCES:
    case EPERM: return {ExitCode::no_permission, "permission denied; the directory must be yours"};
    case EROFS: return {ExitCode::no_permission, "the file system is read-only; use another directory"};
    case ENOENT:
    case ENOTDIR: return {ExitCode::config, "its directory does not exist; create it"};
    case ENAMETOOLONG: return {ExitCode::config, "the path is too long; use a shorter directory"};
    case EMFILE:
    case ENFILE: return {ExitCode::no_node, "too many open files; raise the limit (ulimit -n)"};
    default: return {ExitCode::config, zmq_strerror(error)};
  }
}

[[noreturn]] void fail(std::string_view what, const Endpoint& endpoint, int error) {
  const Reason r = reason(error);
  throw Error(r.code, fmt::format("cannot {} {}: {}", what, endpoint.text(), r.text));
}

std::unique_ptr<zmq::socket_t> open(Context& context, int type) {
  try {
    return std::make_unique<zmq::socket_t>(context.native(), static_cast<zmq::socket_type>(type));
  } catch (const zmq::error_t& e) {
    throw Error(ExitCode::no_node, fmt::format("cannot open a socket: {}", e.num() == EMFILE ? reason(EMFILE).text
                                                                                               : e.what()));
  }
}

/// Repeats a call while a signal interrupts it; false: EAGAIN. Anything else is a bug of ours.
template <class Call>
bool done(Call call) {
  while (call() < 0) {
    const int error = zmq_errno();
    if (error == EAGAIN) return false;
    if (error != EINTR) throw std::logic_error(std::string("zmq: ") + zmq_strerror(error));
  }
  return true;
}

}  // namespace

Socket::Socket(Context& context, int type, MaxFrame max, int high_water, const Curve& curve)
    : socket_(open(context, type)) {
  if (std::holds_alternative<CurveServer>(curve) && !context.guarded())
    throw std::logic_error("a CURVE server without a ZAP handler");
  socket_->set(zmq::sockopt::linger, 0);
  const bool curve_frames = !std::holds_alternative<NoCurve>(curve);
  socket_->set(zmq::sockopt::maxmsgsize, curve_frames ? std::max(max.bytes, kCurveLeast) + kCurveMore : max.bytes);
  socket_->set(zmq::sockopt::sndhwm, high_water);
  socket_->set(zmq::sockopt::rcvhwm, high_water);
  socket_->set(zmq::sockopt::reconnect_ivl, kReconnectMs);
  socket_->set(zmq::sockopt::reconnect_ivl_max, kReconnectMostMs);
  socket_->set(zmq::sockopt::handshake_ivl, kHandshakeMs);
  take_side(curve);
}

// libzmq lets everybody in where the context has no handler.
void Socket::take_side(const Curve& curve) {
  if (const auto* server = std::get_if<CurveServer>(&curve)) {
    socket_->set(zmq::sockopt::curve_server, true);
    socket_->set(zmq::sockopt::curve_secretkey, server->own->secret.c_str());
    socket_->set(zmq::sockopt::zap_domain, kZapDomain);
    server_ = true;
  } else if (const auto* client = std::get_if<CurveClient>(&curve)) {
    socket_->set(zmq::sockopt::curve_serverkey, client->server.text());
    socket_->set(zmq::sockopt::curve_publickey, client->own->open.text());
    socket_->set(zmq::sockopt::curve_secretkey, client->own->secret.c_str());
  }
  keyed_ = !std::holds_alternative<NoCurve>(curve);
}

// The last lock of the door: whatever a caller forgot, no TCP without keys.
void Socket::prepare(const Endpoint& endpoint, std::string_view what) {
  if (!endpoint.is_tcp()) return;
  if (!keyed_) {
    throw Error(ExitCode::config, fmt::format("cannot {} {}: TCP needs keys, on loopback too; make them with 'dtest "
                                              "keygen'", what, endpoint.text()));
  }
  // Transport heartbeats find a half-open connection; whether the other side still works is for beats and pings to say.
  socket_->set(zmq::sockopt::heartbeat_ivl, kHeartbeatMs);
  socket_->set(zmq::sockopt::heartbeat_timeout, kHeartbeatTimeoutMs);
  socket_->set(zmq::sockopt::heartbeat_ttl, kHeartbeatTtlMs);
  socket_->set(zmq::sockopt::connect_timeout, kConnectMs);
  socket_->set(zmq::sockopt::tcp_maxrt, kRetransmitMs);
  socket_->set(zmq::sockopt::ipv6, endpoint.host().find(':') != std::string::npos);
}

// libzmq leaves the file of an ipc socket behind.
Socket::~Socket() {
  for (const Endpoint& endpoint : bound_)
    if (!endpoint.is_tcp()) ::unlink(endpoint.path().c_str());
}

void* Socket::handle() const { return socket_->handle(); }

void Socket::interests(std::vector<Interest>& out) const { out.push_back({.socket = handle()}); }

void Socket::bind(const Endpoint& endpoint) {
  check_free(endpoint);
  prepare(endpoint, "listen on");
  if (zmq_bind(handle(), endpoint.text().c_str()) != 0) fail("listen on", endpoint, zmq_errno());
  bound_.insert(endpoint);
}

void Socket::unbind(const Endpoint& endpoint) noexcept {
  if (bound_.erase(endpoint) == 0) return;
  zmq_unbind(handle(), endpoint.text().c_str());
  if (!endpoint.is_tcp()) ::unlink(endpoint.path().c_str());
}

void Socket::connect(const Endpoint& endpoint) {
  prepare(endpoint, "connect to");
  if (zmq_connect(handle(), endpoint.text().c_str()) != 0) fail("connect to", endpoint, zmq_errno());
}

void Socket::reconnect(const Endpoint& endpoint) {
  // Without the disconnect libzmq takes a second connect of a SUB for the first and ignores it.
  zmq_disconnect(handle(), endpoint.text().c_str());
  connect(endpoint);
}

Socket::Got Socket::take(Message& message, std::size_t least, std::size_t most) {
  message.frames.clear();
  message.user.clear();
  std::size_t count = 0;
  for (bool more = true; more;) {
    zmq::message_t part;
    // The parts of a message come together: only before the first can there be nothing.
    if (!done([&] { return zmq_msg_recv(part.handle(), handle(), ZMQ_DONTWAIT); })) return Got::nothing;
    if (++count <= most) message.frames.emplace_back(part.data<char>(), part.size());
    more = part.more();
    if (!server_ || more) continue;
    const char* user = zmq_msg_gets(part.handle(), "User-Id");
    message.user = user == nullptr ? "" : user;
  }
  if (count >= least && count <= most) return Got::message;
  ++malformed_;
  return Got::malformed;
}

std::optional<Message> Socket::receive(std::size_t least, std::size_t most) {
  Message message;
  for (int n = 0; n < kMalformedAtOnce; ++n) {
    const Got got = take(message, least, most);
    if (got == Got::message) return message;
    if (got == Got::nothing) break;
  }
  return std::nullopt;
}

bool Socket::send(std::string_view frame, bool more) {
  const int flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0);
  return done([&] { return zmq_send(handle(), frame.data(), frame.size(), flags); });
}

bool Socket::writable() {
  // A send looks at the I/O thread's news only about once a millisecond; asking for the events always does.
  return (socket_->get(zmq::sockopt::events) & ZMQ_POLLOUT) != 0;
}

}  // namespace dtest::bus
