// TCP by hand on 127.0.0.1: a peer that speaks whatever it likes, and a relay that notes what goes through it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bus/endpoint.hpp"

namespace dtest::bus::test {

/// A port that nobody has at the moment, outside of the range from which the kernel hands out ports by itself.
Endpoint free_tcp_endpoint();

/// A client. Failures throw std::system_error.
class Tcp {
 public:
  explicit Tcp(std::uint16_t port);
  ~Tcp();
  Tcp(const Tcp&) = delete;
  Tcp& operator=(const Tcp&) = delete;
  void send(std::string_view bytes) const;
  /// No more will be sent.
  void shut() const;
  /// Appends what is there; 0 at the peer's end, -1 when nothing is there yet.
  int read(std::string& into);
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  int fd_;
  bool ended_ = false;
};

/// Passes one connection on to `target` and keeps a copy of both directions. Has a thread of its own.
class Relay {
 public:
  explicit Relay(std::uint16_t target);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string seen() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dtest::bus::test
