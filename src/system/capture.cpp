// run_and_capture: the one place where this folder waits for a command.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "system/clock.hpp"
#include "system/process.hpp"

namespace dtest::system {

namespace {

int left_ms(base::Instant end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - SystemClock().now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
}

/// Reads until the writers are gone or the time is over; what exceeds `most` is read and dropped.
std::string read_until(int fd, base::Instant end, std::size_t most) {
  std::string output;
  std::array<char, 16384> part;
  pollfd ready{fd, POLLIN, 0};
  while (true) {
    const int polled = ::poll(&ready, 1, left_ms(end));
    if (polled < 0 && errno == EINTR) continue;
    if (polled <= 0) return output;
    const ssize_t n = ::read(fd, part.data(), part.size());
    if (n <= 0) return output;
    output.append(part.data(), std::min(static_cast<std::size_t>(n), most - output.size()));
  }
}

}  // namespace

Captured run_and_capture(SpawnSpec spec, base::Duration limit, std::size_t most) {
  const base::Instant end = SystemClock().now() + limit;
  Pipe pipe = make_pipe();
  spec.output = UseFd{pipe.write.get()};
  spec.error = Null{};
  spec.new_session = true;
  const Child child = spawn(spec);
  pipe.write.reset();
  Captured captured;
  captured.output = read_until(pipe.read.get(), end, most);
  if (const auto status = wait_for(child, std::max(base::Duration::zero(), end - SystemClock().now()))) {
    captured.status = *status;
    return captured;
  }
  ::kill(-child.pid, SIGKILL);  // still ours and not reaped: the group is its own
  ::kill(child.pid, SIGKILL);
  ::waitpid(child.pid, nullptr, 0);
  return captured;
}

}  // namespace dtest::system
