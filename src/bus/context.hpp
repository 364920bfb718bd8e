// The libzmq context of a process.
#pragma once
#include <cstdint>
#include <memory>

namespace zmq {
class context_t;
}

namespace dtest::bus {

/// One per process, made after any fork that does not exec, and outlives every socket made from it. One I/O thread,
/// room for kMaxSockets sockets. Its end waits for nothing: every socket has LINGER 0.
class Context {
 public:
  static constexpr int kMaxSockets = 8192;

  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  [[nodiscard]] zmq::context_t& native() { return *context_; }
  /// A number that no other caller gets: names for inproc endpoints.
  [[nodiscard]] std::uint64_t unique() { return ++unique_; }
  /// A ZAP handler says who may connect to CURVE servers. Told by bus::Zap.
  [[nodiscard]] bool guarded() const { return guarded_; }
  void guard(bool by_zap) { guarded_ = by_zap; }

 private:
  std::unique_ptr<zmq::context_t> context_;
  std::uint64_t unique_ = 0;
  bool guarded_ = false;
};

}  // namespace dtest::bus
