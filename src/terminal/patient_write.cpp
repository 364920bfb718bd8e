#include "terminal/patient_write.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace dtest::terminal {
namespace {

constexpr int kLookMs = 100;             // how often give_up is looked at while the reader takes nothing
constexpr std::size_t kPiece = 2048;     // below PIPE_BUF: a descriptor that blocks does so seldom after poll
constexpr int kTriesAfterGivingUp = 3;

}  // namespace

system::UniqueFd open_again(int fd) {
  struct stat s {};
  if (::fstat(fd, &s) != 0 || !(S_ISCHR(s.st_mode) || S_ISFIFO(s.st_mode))) return {};
  if (S_ISCHR(s.st_mode) && ::isatty(fd) != 1) return {};
  std::string path = "/dev/fd/" + std::to_string(fd);
  return system::UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

Written patient_write(int fd, std::string_view bytes, const std::atomic<bool>& give_up) {
  int tries = 0;
  while (!bytes.empty()) {
    pollfd p{fd, POLLOUT, 0};
    int ready = ::poll(&p, 1, kLookMs);
    if (ready < 0 && errno != EINTR) return Written::gone;
    if (ready > 0 && (p.revents & POLLNVAL) != 0) return Written::gone;
    ssize_t n = ready > 0 ? ::write(fd, bytes.data(), std::min(bytes.size(), kPiece)) : -1;
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
      tries = 0;
    } else if (ready > 0 && errno != EAGAIN && errno != EINTR) {
      return Written::gone;
    } else if (give_up && ++tries >= kTriesAfterGivingUp) {
      return Written::given_up;
    }
  }
  return Written::all;
}

}  // namespace dtest::terminal
