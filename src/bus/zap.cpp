#include "bus/zap.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>
#include <vector>
#include <zmq.hpp>

namespace dtest::bus {
namespace {

constexpr const char* kEndpoint = "inproc://zeromq.zap.01";
constexpr const char* kVersion = "1.0";

// version, request id, domain, address, identity, mechanism, credentials of CURVE
constexpr std::size_t kFrames = 7;
enum Frame : std::size_t { version, request, domain, address, identity, mechanism, credentials };

using Frames = std::vector<std::string>;

bool receive(zmq::socket_t& socket, Frames& frames) {
  for (bool more = true; more;) {
    zmq::message_t part;
    int got = 0;
    do {
      got = zmq_msg_recv(part.handle(), socket.handle(), ZMQ_DONTWAIT);
    } while (got < 0 && zmq_errno() == EINTR);
    if (got < 0) return false;
    frames.emplace_back(part.to_string());
    more = part.more();
  }
  return true;
}

void answer(zmq::socket_t& socket, const std::string& id, bool yes, const std::string& user) {
  const std::array<std::string, 6> frames{kVersion, id, yes ? "200" : "400", yes ? "OK" : "unknown key", user, ""};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int more = i + 1 < frames.size() ? ZMQ_SNDMORE : 0;
    zmq_send(socket.handle(), frames[i].data(), frames[i].size(), ZMQ_DONTWAIT | more);
  }
}

}  // namespace

Zap::Zap(Context& context, Allowed allowed, Refused refused)
    : context_(context), socket_(std::make_unique<zmq::socket_t>(context.native(), zmq::socket_type::rep)),
      allowed_(std::move(allowed)), refused_(std::move(refused)) {
  socket_->set(zmq::sockopt::linger, 0);
  socket_->bind(kEndpoint);
  context_.guard(true);
}

Zap::~Zap() { context_.guard(false); }

void Zap::interests(std::vector<Interest>& out) const { out.push_back({.socket = socket_->handle()}); }

bool Zap::serve() {
  Frames frames;
  if (!receive(*socket_, frames)) return false;
  frames.resize(std::max(frames.size(), kFrames));
  auto key = PublicKey::from_bytes(frames[credentials]);
  const bool ours = frames[version] == kVersion && frames[mechanism] == "CURVE" && frames[domain] == kZapDomain;
  const bool yes = ours && key && allowed_(*key);
  answer(*socket_, frames[request], yes, yes ? key->text() : "");
  if (!yes) refused_(key ? "unknown key " + key->text() : "no key", frames[address]);
  return true;
}

}  // namespace dtest::bus
