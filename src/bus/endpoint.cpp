#include "bus/endpoint.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace dtest::bus {
namespace {

using base::Error;
using base::ExitCode;

constexpr std::string_view kScheme = "ipc://";
constexpr std::string_view kTcp = "tcp://";
constexpr unsigned kMostPort = 65535;

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(ExitCode::config, fmt::format("endpoint \"{}\" {}", text, why));
}

void check_path(std::string_view text, std::string_view path) {
  if (path.starts_with('@')) refuse(text, "is an abstract socket, which any user could reach; give a path");
  if (path.find('*') != std::string_view::npos) refuse(text, "has a wildcard; give a path");
  if (!path.starts_with('/')) refuse(text, "has no absolute path; write it as ipc:///directory/name");
  if (path.ends_with('/')) refuse(text, "names a directory; add a file name");
  if (path.find('\0') != std::string_view::npos) refuse(text.substr(0, text.find('\0')), "has a NUL byte in its path");
  if (path.size() > Endpoint::kMaxPath) {
    refuse(text, fmt::format("has a path of {} bytes, a socket's may have {}; use a shorter directory (TMPDIR or "
                             "XDG_RUNTIME_DIR)", path.size(), Endpoint::kMaxPath));
  }
}

// A port from 1; 0: it is none.
unsigned port_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.find_first_not_of("0123456789") != std::string_view::npos) return 0;
  const auto port = static_cast<unsigned>(std::stoul(std::string(text)));
  return port <= kMostPort ? port : 0;
}

void check_host(std::string_view text, std::string_view host) {
  constexpr std::string_view kName = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  constexpr std::size_t kLongest = 253;
  if (host == "*") refuse(text, "has a wildcard; name the address, 0.0.0.0 for all of IPv4");
  const bool six = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  const std::string_view bare = six ? host.substr(1, host.size() - 2) : host;
  const std::string allowed = std::string(kName) + (six ? ":%" : "");  // fe80::1%eth0
  if (bare.empty() || bare.size() > kLongest || bare.starts_with('-') ||
      bare.find_first_not_of(allowed) != std::string_view::npos) {
    refuse(text, "has no host; write it as tcp://HOST:PORT, with an IPv6 address in brackets");
  }
}

void check_tcp(std::string_view text) {
  const std::string_view rest = text.substr(kTcp.size());
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || port_of(rest.substr(colon + 1)) == 0) {
    refuse(text, "has no port from 1 to 65535; write it as tcp://HOST:PORT");
  }
  check_host(text, rest.substr(0, colon));
}

/// errno of connecting to a UNIX socket, 0 when it worked.
int try_connect(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int rc = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = rc == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

}  // namespace

Endpoint Endpoint::parse(std::string_view text) {
  if (text.starts_with(kTcp)) {
    refuse(text, "is a TCP address: TCP needs keys, and this kind of socket has none; use ipc:///directory/name");
  }
  if (text.starts_with("inproc://")) refuse(text, "cannot be reached from another process; use ipc:///directory/name");
  if (!text.starts_with(kScheme)) refuse(text, "is not understood; write it as ipc:///directory/name");
  check_path(text, text.substr(kScheme.size()));
  return Endpoint(std::string(text));
}

Endpoint Endpoint::parse_any(std::string_view text) {
  if (!text.starts_with(kTcp)) return parse(text);
  check_tcp(text);
  return Endpoint(std::string(text));
}

Endpoint Endpoint::at(std::string_view path) { return parse(std::string(kScheme).append(path)); }

std::string Endpoint::path() const { return text_.substr(kScheme.size()); }

std::string Endpoint::host() const {
  const std::string host = text_.substr(kTcp.size(), text_.rfind(':') - kTcp.size());
  return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

std::uint16_t Endpoint::port() const {
  return static_cast<std::uint16_t>(port_of(std::string_view(text_).substr(text_.rfind(':') + 1)));
}

Endpoint Endpoint::of_results() const {
  if (!is_tcp()) return parse(text_.substr(0, text_.rfind('/') + 1) + "results");
  if (port() == kMostPort) refuse(text_, "leaves no port above it for the result channel; take another");
  return Endpoint(text_.substr(0, text_.rfind(':') + 1) + std::to_string(port() + 1));
}

void check_free(const Endpoint& endpoint) {
  if (endpoint.is_tcp()) return;
  const std::string path = endpoint.path();
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return;  // nothing there, or bind will say what is wrong
  if (!S_ISSOCK(status.st_mode)) refuse(endpoint.text(), "is in the way: a file that is no socket; remove it");
  const int error = try_connect(path);
  if (error == 0 || error == EAGAIN) {
    throw Error(ExitCode::no_node, fmt::format("cannot listen on {}: another process does; stop it or choose another "
                                               "endpoint", endpoint.text()));
  }
  if (error == EACCES || error == EPERM) {
    throw Error(ExitCode::no_permission, fmt::format("cannot listen on {}: the socket there belongs to somebody else",
                                                     endpoint.text()));
  }
}

}  // namespace dtest::bus
