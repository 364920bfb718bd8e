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
  if (text.starts_with("tcp://")) {
    refuse(text, "is a TCP address: TCP needs keys, and this version has none yet; use ipc:///directory/name");
  }
  if (text.starts_with("inproc://")) refuse(text, "cannot be reached from another process; use ipc:///directory/name");
  if (!text.starts_with(kScheme)) refuse(text, "is not understood; write it as ipc:///directory/name");
  check_path(text, text.substr(kScheme.size()));
  return Endpoint(std::string(text));
}

Endpoint Endpoint::at(std::string_view path) { return parse(std::string(kScheme).append(path)); }

std::string Endpoint::path() const { return text_.substr(kScheme.size()); }

void check_free(const Endpoint& endpoint) {
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
