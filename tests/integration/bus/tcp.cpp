#include "tcp.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>

namespace dtest::bus::test {
namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in local(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

int listener(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local(port);
  if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 4) == 0)
    return fd;
  ::close(fd);
  return -1;
}

int connected(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = local(port);
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
  return fd;
}

}  // namespace

Endpoint free_tcp_endpoint() {
  std::random_device draw;
  for (int i = 0; i < 100; ++i) {
    const auto port = static_cast<std::uint16_t>(20000 + draw() % 10000);
    const int fd = listener(port);
    if (fd < 0) continue;
    ::close(fd);
    return Endpoint::parse_any("tcp://127.0.0.1:" + std::to_string(port));
  }
  fail("no free port");
}

Tcp::Tcp(std::uint16_t port) : fd_(connected(port)) {}

Tcp::~Tcp() { ::close(fd_); }

void Tcp::send(std::string_view bytes) const {
  if (::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) fail("send");
}

void Tcp::shut() const { ::shutdown(fd_, SHUT_WR); }

int Tcp::read(std::string& into) {
  std::array<char, 4096> some{};
  const auto got = ::recv(fd_, some.data(), some.size(), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return -1;
  if (got > 0) into.append(some.data(), static_cast<std::size_t>(got));
  ended_ = ended_ || got <= 0;
  return got > 0 ? static_cast<int>(got) : 0;
}

struct Relay::Impl {
  std::uint16_t target = 0, port = 0;
  int listening = -1;
  std::atomic<bool> over{false};
  mutable std::mutex mutex;
  std::string seen;
  std::thread thread;

  void run() {
    pollfd waiting{listening, POLLIN, 0};
    while (!over && ::poll(&waiting, 1, 20) <= 0) {
    }
    if (over) return;
    const int near = ::accept4(listening, nullptr, nullptr, SOCK_CLOEXEC);
    const int far = connected(target);
    std::array<pollfd, 2> both{pollfd{near, POLLIN, 0}, pollfd{far, POLLIN, 0}};
    bool open = true;
    while (!over && open) {
      if (::poll(both.data(), both.size(), 20) <= 0) continue;
      if (both[0].revents != 0) open = pass(near, far);
      if (open && both[1].revents != 0) open = pass(far, near);
    }
    ::close(near);
    ::close(far);
  }

  bool pass(int from, int to) {
    std::array<char, 4096> some{};
    const auto got = ::recv(from, some.data(), some.size(), 0);
    if (got <= 0) return false;
    {
      const std::lock_guard lock(mutex);
      seen.append(some.data(), static_cast<std::size_t>(got));
    }
    return ::send(to, some.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
  }
};

Relay::Relay(std::uint16_t target) : impl_(std::make_unique<Impl>()) {
  impl_->target = target;
  do {
    impl_->port = free_tcp_endpoint().port();
    impl_->listening = listener(impl_->port);
  } while (impl_->listening < 0);
  impl_->thread = std::thread([this] { impl_->run(); });
}

Relay::~Relay() {
  impl_->over = true;
  impl_->thread.join();
  ::close(impl_->listening);
}

std::uint16_t Relay::port() const { return impl_->port; }

std::string Relay::seen() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->seen;
}

}  // namespace dtest::bus::test
