#include "bus/socket.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
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

struct Reason {
  ExitCode code;
  std::string_view text;
};

Reason reason(int error) {
  switch (error) {
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

Socket::Socket(Context& context, int type, MaxFrame max, int high_water) : socket_(open(context, type)) {
  socket_->set(zmq::sockopt::linger, 0);
  socket_->set(zmq::sockopt::maxmsgsize, max.bytes);
  socket_->set(zmq::sockopt::sndhwm, high_water);
  socket_->set(zmq::sockopt::rcvhwm, high_water);
  socket_->set(zmq::sockopt::reconnect_ivl, kReconnectMs);
  socket_->set(zmq::sockopt::reconnect_ivl_max, kReconnectMostMs);
  socket_->set(zmq::sockopt::handshake_ivl, kHandshakeMs);
}

// libzmq leaves the file of an ipc socket behind.
Socket::~Socket() {
  for (const Endpoint& endpoint : bound_) ::unlink(endpoint.path().c_str());
}

void* Socket::handle() const { return socket_->handle(); }

void Socket::interests(std::vector<Interest>& out) const { out.push_back({.socket = handle()}); }

void Socket::bind(const Endpoint& endpoint) {
  check_free(endpoint);
  if (zmq_bind(handle(), endpoint.text().c_str()) != 0) fail("listen on", endpoint, zmq_errno());
  bound_.insert(endpoint);
}

void Socket::unbind(const Endpoint& endpoint) noexcept {
  if (bound_.erase(endpoint) == 0) return;
  zmq_unbind(handle(), endpoint.text().c_str());
  ::unlink(endpoint.path().c_str());
}

void Socket::connect(const Endpoint& endpoint) {
  if (zmq_connect(handle(), endpoint.text().c_str()) != 0) fail("connect to", endpoint, zmq_errno());
}

void Socket::reconnect(const Endpoint& endpoint) {
  // Without the disconnect libzmq takes a second connect of a SUB for the first and ignores it.
  zmq_disconnect(handle(), endpoint.text().c_str());
  connect(endpoint);
}

Socket::Got Socket::take(Message& message, std::size_t least, std::size_t most) {
  message.frames.clear();
  std::size_t count = 0;
  for (bool more = true; more;) {
    zmq::message_t part;
    // The parts of a message come together: only before the first can there be nothing.
    if (!done([&] { return zmq_msg_recv(part.handle(), handle(), ZMQ_DONTWAIT); })) return Got::nothing;
    if (++count <= most) message.frames.emplace_back(part.data<char>(), part.size());
    more = part.more();
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
