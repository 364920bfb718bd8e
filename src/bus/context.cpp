#include "bus/context.hpp"

#include <zmq.hpp>

namespace dtest::bus {

Context::Context() : context_(std::make_unique<zmq::context_t>(1)) {
  context_->set(zmq::ctxopt::max_sockets, kMaxSockets);
  context_->set(zmq::ctxopt::blocky, false);
}

Context::~Context() = default;

}  // namespace dtest::bus
