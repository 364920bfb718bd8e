// A ZMTP 3.0 peer on a blocking UNIX socket, as a runner is one: what send() has written is in the kernel.
#pragma once
#include <string>
#include <string_view>

namespace dtest::bus::test {

/// Any failure ends the process with status 2.
class Zmtp {
 public:
  /// Connects and shakes hands as "PUB" or "PULL".
  Zmtp(const std::string& path, std::string_view type);
  void send(std::string_view frame, bool more = false);
  /// A frame's beginning only: all of its header, `given` bytes of its body.
  void send_part(std::string_view frame, std::size_t given, bool more = false);
  std::string receive();

 private:
  void write(std::string_view bytes);
  std::string read(std::size_t bytes);
  int fd_;
};

}  // namespace dtest::bus::test
