#include "system/tcp_probe.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <system_error>
#include <utility>

#include "system/failure.hpp"

namespace dtest::system {
namespace {

using Addresses = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

std::string fault_of(int error) {
  switch (error) {
    case ECONNREFUSED: return "it refuses connections: no dtestd listens there";
    case ETIMEDOUT: return "it does not answer: the machine is off, or a firewall is between";
    case EHOSTUNREACH:
    case ENETUNREACH: return "there is no way to it in the network";
    default: return std::generic_category().message(error);
  }
}

// 0: connected; else errno.
int try_connect(const addrinfo& to, base::Duration limit) {
  const UniqueFd fd(::socket(to.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return errno;
  if (::connect(fd.get(), to.ai_addr, to.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waiting{fd.get(), POLLOUT, 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count() / 1000)) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::string numeric(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  const int rc = ::getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0,
                               NI_NUMERICHOST);
  return rc == 0 ? text.data() : std::string();
}

TcpProbe::Answer ask(const std::string& host, std::uint16_t port, base::Duration limit) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  const Addresses all(list, ::freeaddrinfo);
  if (rc == EAI_NONAME) return {"", "there is no host '" + host + "'"};
  if (rc != 0) return {"", "the name '" + host + "' cannot be looked up (" + ::gai_strerror(rc) + ")"};
  int error = 0;
  for (const addrinfo* at = all.get(); at != nullptr; at = at->ai_next) {
    const int outcome = try_connect(*at, limit);
    if (outcome == 0) return {numeric(*at), ""};
    if (error == 0 || outcome == ECONNREFUSED) error = outcome;
  }
  return {"", fault_of(error)};
}

}  // namespace

struct TcpProbe::Shared {
  UniqueFd told{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::optional<Answer> answer;
};

TcpProbe::TcpProbe(std::string host, std::uint16_t port, base::Duration limit) : shared_(std::make_shared<Shared>()) {
  if (!shared_->told) throw failure("cannot ask for a host", base::ExitCode::no_node);
  try {
    // Signals are for the loop's thread.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([shared = shared_, host = std::move(host), port, limit] {
      Answer answer = ask(host, port, limit);
      const std::lock_guard lock(shared->mutex);
      shared->answer = std::move(answer);
      [[maybe_unused]] const int rc = ::eventfd_write(shared->told.get(), 1);
    });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  } catch (const std::system_error& problem) {
    throw base::Error(base::ExitCode::no_node, std::string("cannot start a thread: ") + problem.what());
  }
}

TcpProbe::~TcpProbe() {
  if (answer()) thread_.join();  // it only has to return
  else thread_.detach();
}

int TcpProbe::fd() const noexcept { return shared_->told.get(); }

std::optional<TcpProbe::Answer> TcpProbe::answer() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->answer;
}

}  // namespace dtest::system
