// File descriptors that close themselves. All that this folder opens has close-on-exec set.
#pragma once
#include <utility>

namespace dtest::system {

/// Owns one descriptor, or none (-1). Move only.
class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes what is held and holds `fd` from now on. Keeps errno.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

struct Pipe {
  UniqueFd read, write;
};
struct SocketPair {
  UniqueFd first, second;
};

/// A blocking pipe, close-on-exec. Throws base::Error when there are no descriptors left.
Pipe make_pipe();

/// Two connected UNIX sockets of `type` (SOCK_STREAM, SOCK_SEQPACKET), blocking, close-on-exec. Throws as make_pipe.
SocketPair make_socket_pair(int type);

/// Throws base::Error when `fd` is not open.
void set_nonblocking(int fd, bool on = true);

}  // namespace dtest::system
