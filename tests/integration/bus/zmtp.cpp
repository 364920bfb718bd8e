#include "zmtp.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace dtest::bus::test {
namespace {

constexpr char kMore = 1;
constexpr char kLong = 2;
constexpr char kCommand = 4;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::_Exit(2);
}

std::string big_endian(std::size_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}

std::string header(std::size_t size, char flags) {
  if (size < 256) return std::string(1, flags) + big_endian(size, 1);
  return std::string(1, static_cast<char>(flags | kLong)) + big_endian(size, 8);
}

std::string greeting() {
  std::string bytes = "\xff" + std::string(8, '\0') + "\x7f\x03" + std::string(1, '\0') + "NULL";
  bytes.resize(64, '\0');
  return bytes;
}

}  // namespace

Zmtp::Zmtp(const std::string& path, std::string_view type) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
  write(greeting());
  read(64);
  const std::string ready = "\x05READY\x0bSocket-Type" + big_endian(type.size(), 4) + std::string(type);
  write(header(ready.size(), kCommand) + ready);
  receive();  // the other side's READY
}

void Zmtp::send(std::string_view frame, bool more) { send_part(frame, frame.size(), more); }

void Zmtp::send_part(std::string_view frame, std::size_t given, bool more) {
  write(header(frame.size(), more ? kMore : 0).append(frame.substr(0, given)));
}

std::string Zmtp::receive() {
  const char flags = read(1)[0];
  std::size_t size = 0;
  for (const char byte : read((flags & kLong) != 0 ? 8 : 1)) size = size << 8 | static_cast<unsigned char>(byte);
  return read(size);
}

void Zmtp::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string Zmtp::read(std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t at = 0; at < bytes;) {
    const ssize_t n = ::read(fd_, out.data() + at, bytes - at);
    if (n <= 0) fail("read");
    at += static_cast<std::size_t>(n);
  }
  return out;
}

}  // namespace dtest::bus::test
