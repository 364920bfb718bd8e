#include "system/random.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "system/failure.hpp"

namespace dtest::system {

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t n = ::getrandom(out.data(), out.size(), 0);
    if (n > 0) {
      out = out.subspan(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      throw failure("cannot get random numbers from the kernel");
    }
  }
}

std::uint64_t random_u64() {
  std::uint8_t raw[8];
  random_bytes(raw);
  std::uint64_t value = 0;
  std::memcpy(&value, raw, sizeof value);
  return value;
}

}  // namespace dtest::system
